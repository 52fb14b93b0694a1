"""Theory tests: the parts of the simulator, and small reference models, against published results."""

"""Parameter sweeps: what is varied and recorded, how it is run, and what comes out."""

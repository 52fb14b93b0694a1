"""Parts of the sweep explorer: where sweeps are found, what is computed from them, and how it is drawn."""

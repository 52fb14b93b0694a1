"""``python -m sim`` is ``parity``."""

from sim.cli import main

if __name__ == "__main__":
    main()

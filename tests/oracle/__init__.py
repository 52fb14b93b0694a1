"""The oracle: a second, plain implementation of the whole week.

One object per agent, ordinary float attributes, Python loops and :mod:`math`, written from the design
documents. It shares with the simulator only the scenario, the random draws and the network, so that an error
in either implementation shows as a difference between two trajectories.
"""

from .oracle_model import OracleModel, run_oracle

__all__ = ["OracleModel", "run_oracle"]

"""Agents: labs, chip vendor and other sources of claims; investors, policymakers, communities."""

from sim.agents.columns import Column, ColumnAgent
from sim.agents.community import Community
from sim.agents.investor import Investor
from sim.agents.lab import Lab
from sim.agents.policymaker import Policymaker
from sim.agents.receiver import Receiver
from sim.agents.source import ChipVendor, Commentator, Source

__all__ = [
    "ChipVendor",
    "Column",
    "ColumnAgent",
    "Commentator",
    "Community",
    "Investor",
    "Lab",
    "Policymaker",
    "Receiver",
    "Source",
]

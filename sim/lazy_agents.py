"""Mesa's view of the agents, made on first use: a week works on columns and never loops over objects."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import mesa

from sim.agents import ChipVendor, Commentator, Community, Investor, Lab, Policymaker

#: Classes of agents in the order in which they are made.
KINDS = (Lab, ChipVendor, Commentator, Investor, Policymaker, Community)


class LazyAgents(mesa.Model):
    """A Mesa model whose agent objects exist once somebody asks for them."""

    worlds: int
    counts: dict[str, int]

    @cached_property
    def _agents_made(self) -> bool:
        for world in range(self.worlds):
            for kind in KINDS:
                for slot in range(self.counts[kind.kind]):
                    kind(self, world, slot)
        return True

    @property
    def agents(self) -> Any:
        """All agents (made on first use; a week never loops over them)."""
        _ = self._agents_made
        return self._all_agents

    @property
    def agents_by_type(self) -> Any:
        """Agents by class: ``model.agents_by_type[Investor]``."""
        _ = self._agents_made
        return self._agents_by_type

    @property
    def agent_types(self) -> list[type]:
        """Classes of agents in the model."""
        return list(self.agents_by_type)

    def register_agent(self, agent: Any) -> None:
        """Register an agent without the signal machinery that 10^6 agents cannot afford."""
        self._all_agents.add(agent)
        agent.unique_id = self.agent_id_counter
        self.agent_id_counter += 1
        by_type = self._agents_by_type
        if type(agent) not in by_type:
            by_type[type(agent)] = type(self._all_agents)([], random=self.random)
        by_type[type(agent)].add(agent)

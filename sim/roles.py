"""Who is who in a batch: kinds and slots, blocs and roles, masks over labs and sources.

Equations know only the *controlling* bloc (whose state sets export controls, here ``home``) and the *controlled*
bloc (``rival``); a third bloc is treated as an ally of the controlling one where a formula needs a side.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from sim.institutions.public_record import Claims, Coverage
from sim.mechanisms import capability
from sim.mechanisms.claims import COMPUTE, GAP, NARRATIVES, QUANTITIES
from sim.mechanisms.distillation import SharePosterior
from sim.mechanisms.numerics import (
    YEAR_STEP,
    Array,
    constant,
    deeper,
    weekly_hazard_probability,
    weekly_probability,
)
from sim.network import receiver_network
from sim.parameters import Parameters, shared_numbers
from sim.scenario import Scenario


class Roles:
    """Constant facts about a batch, worked out once from the scenario's structure."""

    def _set_roles(self: Any, scenario: Scenario) -> None:
        p = self.parameters
        self.lab_table = {name: p.labs[name] for name, lab in scenario.labs.items() if lab.enabled}
        self.source_table = dict(p.sources)
        vendors = 1 if scenario.vendor.enabled else 0
        self._count_agents(scenario, len(self.lab_table), vendors, len(self.source_table))
        self._sort_labs(scenario)
        self._sort_sources(scenario, vendors)
        self._sort_receivers(scenario)
        self._precompute(scenario)

    def _count_agents(self: Any, scenario: Scenario, labs: int, vendors: int, commentators: int) -> None:
        size = scenario.size
        self.receiver_sizes = (size.investors, size.policymakers, size.communities)
        receivers = sum(self.receiver_sizes)
        sources = labs + vendors + commentators
        self.counts = {
            "labs": labs,
            "vendors": vendors,
            "commentators": commentators,
            "sources": sources,
            "investors": size.investors,
            "policymakers": size.policymakers,
            "communities": size.communities,
            "receivers": receivers,
        }
        self.room_sizes = {
            name: self.counts[name]
            for name in ("labs", "sources", "receivers", "policymakers", "communities")
        }
        first_policymaker, first_community = size.investors, size.investors + size.policymakers
        self.slots_of_kind = {
            "labs": {"labs": (0, labs), "sources": (0, labs)},
            "vendors": {"sources": (labs, vendors)},
            "commentators": {"sources": (labs + vendors, commentators)},
            "sources": {"sources": (0, sources)},
            "receivers": {"receivers": (0, receivers)},
            "investors": {"receivers": (0, size.investors)},
            "policymakers": {
                "receivers": (first_policymaker, size.policymakers),
                "policymakers": (0, size.policymakers),
            },
            "communities": {
                "receivers": (first_community, size.communities),
                "communities": (0, size.communities),
            },
        }
        self.names_of_kind = {
            "labs": list(self.lab_table),
            "vendors": [scenario.vendor.name] if vendors else [],
            "commentators": list(self.source_table),
        }
        self.source_names = [
            name for kind in ("labs", "vendors", "commentators") for name in self.names_of_kind[kind]
        ]

    def _sort_labs(self: Any, scenario: Scenario) -> None:
        labs = [scenario.labs[name] for name in self.lab_table]
        blocs = np.array([lab.bloc for lab in labs])
        self.is_home = blocs == scenario.blocs.controlling
        self.is_rival = blocs == scenario.blocs.controlled
        self.is_closed = np.array([lab.openness == "closed" for lab in labs])
        self.has_api = self.is_closed
        self.defenders = self.is_home & self.is_closed
        # Added to a column, these leave a bloc's labs only; as large as a column, to be added fast.
        every_world = np.zeros((self.worlds, 1))
        self.home_only = every_world + np.where(self.is_home, 0.0, -np.inf)
        self.rival_only = every_world + np.where(self.is_rival, 0.0, -np.inf)
        self.open_only = every_world + np.where(self.is_closed, -np.inf, 0.0)
        self.rival_count = int(self.is_rival.sum())
        effort = np.concatenate([entry.distillation_effort for entry in self.lab_table.values()], axis=1)
        self.is_student = (effort > 0.0).any(axis=0)
        self.any_student = bool(self.is_student.any())
        self.not_self = 1.0 - np.eye(len(labs))
        self.crosses_control = self.is_rival[:, None] & self.is_home[None, :]
        self.other_bloc = blocs[:, None] != blocs[None, :]
        self.nobody = np.zeros((self.worlds, len(labs)), dtype=bool)
        capital = self.parameters.capital
        self.round_fraction = np.where(
            self.is_rival, capital.round_fraction_controlled, capital.round_fraction_controlling
        )
        elsewhere = ({"us", "cn", "other"} - {scenario.blocs.controlling, scenario.blocs.controlled}).pop()
        self.buyer_blocs = (scenario.blocs.controlling, scenario.blocs.controlled, elsewhere)
        self.buyer_is_rival = np.array([[False], [True], [False]])
        self.cross_bloc = np.stack([self.is_rival, self.is_home, np.zeros(len(labs), dtype=bool)]).astype(
            float
        )

    def _sort_sources(self: Any, scenario: Scenario, vendors: int) -> None:
        default = scenario.claims.policy
        labs = [scenario.labs[name] for name in self.lab_table]
        speakers: list[Any] = [*labs, *([scenario.vendor] if vendors else []), *scenario.sources.values()]
        #: Claim policies of all sources in the file; dated events change them later.
        self.first_policies = [default if s.claim_policy == "default" else s.claim_policy for s in speakers]
        sides = np.array([getattr(s, "bloc", None) or getattr(s, "alignment", "none") for s in speakers])
        self.sides = sides
        same_side = (sides[:, None] == sides[None, :]) & (sides[None, :] != "none")
        self.other_side = ~same_side & ~np.eye(len(sides), dtype=bool)
        self.vendor_is_home = bool(vendors) and scenario.vendor.bloc == scenario.blocs.controlling
        self._every_source = np.ones((1, len(speakers), 1), dtype=bool)
        self.relayed: dict[int, list[Any]] = {}
        self.take_policies(self.first_policies)

    def take_policies(self: Any, names: Sequence[str]) -> None:
        """Let every source make its claims by the policy named, and sort them by what that asks for."""
        scenario, sides = self.source_scenario, self.sides
        self.policies = policies = np.array(names)
        speaking = sorted(set(names) - {"none", "relay"})
        self.sources_by_policy = {name: policies == name for name in speaking}
        self.is_strategic = policies == "strategic"
        self.answers_motives = (policies != "none") & (policies != "relay")
        first = self.counts["labs"] + self.counts["vendors"]
        relays: dict[int, list[tuple[int, Array]]] = {}
        self.sides_of_commentators = []
        lab_sides = sides[: self.counts["labs"]]
        for k, source in enumerate(scenario.sources.values()):
            slot, side = first + k, source.alignment
            if policies[slot] == "relay":
                close = np.where(sides == side, 1.0, 0.0) if side != "none" else np.full(len(sides), 0.5)
                close = np.where(policies == "relay", 0.0, close)
                relays.setdefault(max(1, source.delay), []).append((slot, close))
            elif policies[slot] == "strategic" and (lab_sides == side).any():
                self.sides_of_commentators.append((slot, (lab_sides == side).astype(float)))
        self.relays = [
            (delay, np.array([slot for slot, _ in group]), np.stack([close for _, close in group]))
            for delay, group in relays.items()
        ]
        self.any_claimant = bool(speaking)
        # Labs read their interest to speak strategically, to lobby, and to choose enforcement.
        self.reads_interest = bool(
            self.is_strategic.any()
            or set(speaking) - {"sincere", "strategic"}
            or scenario.policy.lobbying
            or scenario.enforcement.rule == "chosen"
        )

    def _sort_receivers(self: Any, scenario: Scenario) -> None:
        sizes = self.receiver_sizes
        self.receiver_group, self.receivers_by_group = np.repeat(np.arange(3), sizes), np.array(sizes)
        self.contagion_draws = self.receiver_draws(len(NARRATIVES))
        # For means by group of up to six columns side by side.
        starts = np.array([0, sizes[0], sizes[0] + sizes[1]])
        self._group_starts = (np.arange(6)[:, None] * sum(sizes) + starts).ravel()
        self._group_sizes = np.tile(np.array(sizes, dtype=float), (self.worlds, 6))
        self.every_receiver, self.receiver_count = np.ones((1, 1, sum(sizes))), constant(sum(sizes))
        social = scenario.social
        self.network = None
        if scenario.media.contagion or social.rule != "none":
            self.network = receiver_network(
                sizes, social.degree, social.rewiring, social.cross_degree, self.draws
            )

        def of_receivers(parameter: Array) -> Array:
            """One row a receiver of all worlds, ``(worlds * receivers, 1)``; a shared number as ``(1, 1)``."""
            return np.repeat(parameter, sum(sizes), axis=0) if parameter.ndim else parameter.reshape(1, 1)

        self.social_weight = of_receivers(self.settings.social.weight)
        self.confidence_bound = of_receivers(self.settings.social.confidence_bound)
        self._listen_for_speed(scenario)

    def _listen_for_speed(self: Any, scenario: Scenario) -> None:
        self.hears_speed = any(e.type == "claim" and e.quantity == "speed" for e in scenario.events)

    def _precompute(self: Any, scenario: Scenario) -> None:
        p = self.parameters
        prior = p.beliefs
        self.prior_successes = prior.prior_share * prior.prior_share_counts
        self.prior_failures = prior.prior_share_counts - self.prior_successes
        self.prior_counts = shared_numbers(self.prior_successes), shared_numbers(self.prior_failures)
        self.speed_drift_variance = shared_numbers(prior.speed_drift * prior.speed_drift * YEAR_STEP)
        self.share_posterior = SharePosterior(self.prior_successes, self.prior_failures)
        self.difference_pattern = np.zeros((4, 8, 1, 1))
        for variable in range(4):
            self.difference_pattern[variable, 2 * variable, 0, 0] = 1.0
            self.difference_pattern[variable, 2 * variable + 1, 0, 0] = -1.0
        self.bias_drift_variance, self.bias_prior_variance = (
            deeper(deeper(shared_numbers(sd * sd))) for sd in (prior.bias_drift, prior.bias_prior_sd)
        )
        claims, trust = p.claims, p.credibility.initial_trust
        noise = claims.stated_sd * claims.stated_sd + prior.claim_noise * prior.claim_noise
        costs = [claims.bias_cost_gap, claims.bias_cost_share, claims.bias_cost_gap]
        self.claim_constants = Parameters(
            noise=shared_numbers(noise / trust),
            counts=shared_numbers(prior.claim_counts * trust),
            bias_cost=np.concatenate(costs, axis=1)[:, None, :],
            max_bias=claims.max_bias[..., None],
            sophistication=claims.sophistication[..., None],
            strategic_weight=claims.strategic_weight[..., None],
            publication_cost=claims.publication_cost[..., None],
            relay_chance=deeper(shared_numbers(np.log1p(-claims.relay_probability))),
        )
        self.jump_compensation = shared_numbers(
            capability.smooth_growth(0.0, p.capability.jump_rate, p.capability.jump_mean)
        )
        chance = Parameters(
            jump=weekly_probability(p.capability.jump_rate),
            release=weekly_probability(p.capability.release_rate),
            new_set=weekly_probability(p.benchmarks.release_rate),
            round=weekly_probability(p.rounds.rate),
            exfiltration=weekly_probability(p.distillation.exfiltration_rate),
            forensic=weekly_probability(p.credibility.forensic_reveal_rate),
            reproduction=weekly_probability(p.credibility.reproduction_reveal_rate),
            truce=weekly_hazard_probability(p.policy.truce_hazard),
            recovery=weekly_hazard_probability(p.media.recovery),
        )
        self.chance = shared_numbers(chance)
        worlds, sources = self.worlds, self.counts["sources"]
        shape = (worlds, sources, len(QUANTITIES))
        quiet = np.zeros(shape, dtype=bool)
        self.silence = Claims(
            quiet,
            np.zeros(shape),
            np.zeros(shape),
            quiet,
            np.zeros((worlds, sources)),
            np.full((worlds, sources), -1),
            np.zeros((worlds, sources), dtype=np.intp),
            np.zeros((worlds, sources)),
        )
        self.no_coverage = Coverage(
            np.zeros((worlds, len(NARRATIVES)), dtype=bool), np.zeros((worlds, len(NARRATIVES)))
        )
        segments = list(p.adoption.segments.values())

        def by_segment(field: str) -> Array:
            return np.concatenate([getattr(segment, field) for segment in segments], axis=1)[:, None, :, None]

        self.segment_weights = Parameters(
            capability=by_segment("weight_capability"),
            price=by_segment("weight_price"),
            network=by_segment("network_effect"),
            distrust=by_segment("weight_distrust"),
        )
        self.cross_bloc_distrust = (p.adoption.distrust_cross_bloc[..., None] * self.cross_bloc)[
            :, :, None, :
        ]
        self.pivot_quantile = float(p.policy.pivot_quantile.flat[0])
        self.uses = Parameters(
            motivated=bool(p.beliefs.motivated.any()),
            issue_linkage=bool(p.policy.link_copying.any() or p.policy.link_gap.any()),
            access_politics=scenario.export_control.access_mode != "exogenous",
            distrust_of_copying=bool(p.adoption.distrust_response.any()),
            algorithmic_noise=bool(p.capability.algorithmic_noise.any()),
            exfiltration=bool(p.distillation.exfiltration_rate.any()) and self.any_student,
            elections=bool(p.policy.election_rate.any()),
            believed_demand=bool((p.listed.believed_demand_elasticity != 1.0).any()),
            retaliation=bool(p.policy.retaliation_probability.any()),
        )
        self.uninformed_sd = np.full(shape, np.inf)
        self.uninformed_sd[..., GAP] = self.uninformed_sd[..., COMPUTE] = claims.private_gap_sd
        self.no_lobbying, self.no_listeners = np.zeros((worlds, sources)), np.zeros((worlds, 3))
        self.no_interest = np.zeros(shape)
        self.infected_share = np.zeros((worlds, len(NARRATIVES)))

    def receiver_draws(self: Any, each: int) -> tuple[int, ...]:
        """Slots of a stream with ``each`` draws for every receiver, part by part."""
        return tuple(size * each for size in self.receiver_sizes)

    def group_means(self: Any, *values: Array) -> list[Array]:
        """Means over investors, policymakers, communities: each ``(worlds, receivers)`` to ``(worlds, 3)``."""
        groups = 3 * len(values)
        sums = np.add.reduceat(np.concatenate(values, axis=1), self._group_starts[:groups], axis=1)
        means = sums / self._group_sizes[:, :groups]
        return [means[:, k : k + 3] for k in range(0, groups, 3)]

    def may_claim(self: Any, week: int) -> Array:
        """Sources whose own claims are not suppressed this week, ``(1, sources, 1)`` boolean."""
        blocked = self.today.suppressed_sources
        return self._every_source if blocked is None else self._every_source & ~blocked[None, :, None]

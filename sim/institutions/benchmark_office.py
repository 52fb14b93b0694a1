"""The benchmark office: releases test sets, scores released models, publishes the ability index."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy import arange, count_nonzero, maximum, minimum, sqrt, where, zeros

from sim.institutions.public_record import Evaluation
from sim.mechanisms import benchmarks
from sim.mechanisms.numerics import ONE, YEAR_STEP, ZERO, Array, any_of, max_of, min_of, sum_of
from sim.parameters import in_worlds, table_column

if TYPE_CHECKING:
    from sim.model import NarrativeModel

#: Families of test sets; a model has an error of its own in each family.
FAMILIES = ("chat_preference", "knowledge", "reasoning_and_code", "agentic")
#: Fisher-scoring steps of the ability index: from scratch, and from a lab's last index.
FIRST_SCORING_STEPS, SCORING_STEPS = 8, 2
#: Slots for generated sets: at 6 a year a set stays in use for about two years.
GENERATED_SLOTS = 11


class BenchmarkOffice:
    """Keeps the test sets and every lab's scores; arrays ``(worlds, sets)`` and ``(worlds, labs, sets)``."""

    def __init__(self, model: NarrativeModel) -> None:
        p = self.parameters = model.parameters.benchmarks
        self.model, worlds, labs = model, model.worlds, model.counts["labs"]
        named = p.sets
        events = [event for event in model.parameters.events if event.type == "benchmark_release"]
        generated = GENERATED_SLOTS if p.generated else 0
        fixed = len(named) + len(events)
        self.names = [
            *named,
            *(event.benchmark for event in events),
            *(f"generated-{k + 1}" for k in range(generated)),
        ]
        sets = len(self.names)
        families = [entry.family for entry in named.values()] + [event.family for event in events]
        family = [FAMILIES.index(name) for name in families] + [k % len(FAMILIES) for k in range(generated)]
        self.family = np.array(family, dtype=np.intp)
        self.same_family = (self.family[:, None] == self.family[None, :]).astype(float)
        self.first_generated, self.generated = fixed, generated
        self.next_slot = np.full((worlds, 1), fixed)

        def fill(field: str, default: Array) -> Array:
            values = np.empty((worlds, sets))
            values[:] = default
            if named:
                values[:, : len(named)] = table_column(named, field, worlds)
            return values

        self.difficulty = fill("difficulty", zeros((worlds, 1)))
        self.discrimination = fill("discrimination", p.discrimination)
        self.chance_floor = fill("chance_floor", p.chance_floor)
        self.items = fill("items", np.full((worlds, 1), float(p.items)))
        self.public = fill("public", zeros((worlds, 1)))
        self.exposure = zeros((worlds, sets))
        self.active = zeros((worlds, sets), dtype=bool)
        self.active[:, : len(named)] = True
        self.score = zeros((worlds, labs, sets))
        self.scored = zeros((worlds, labs, sets), dtype=bool)
        self.measured = zeros((worlds, labs))
        self.variance = np.full((worlds, labs), 1.0)
        self.win_rate = np.full((worlds, labs), 0.5)
        self.no_news, self.no_surprise = zeros((worlds, 1), dtype=bool), zeros((worlds, 1))
        self.no_sets = zeros((worlds, sets), dtype=bool)
        self.scoring_steps = FIRST_SCORING_STEPS
        self.reporting_boost = p.variant_sd * benchmarks.expected_best_of(p.gaming_variants)
        self._dated = {id(event): len(named) + k for k, event in enumerate(events)}

    # -- the week -----------------------------------------------------------------------------------------

    def release_dated_set(self, event: object) -> Array:
        """A test set from the scenario's events goes public; returns the mask of new sets."""
        slot = self._dated[id(event)]
        for field in ("difficulty", "discrimination", "chance_floor", "items", "public"):
            getattr(self, field)[:, slot] = np.ravel(getattr(event, field))
        if getattr(event, "from_start", False):
            self.difficulty[:, slot] += self.model.start_frontier[:, 0]
        self.active[:, slot] = True
        new = zeros(self.active.shape, dtype=bool)
        new[:, slot] = True
        return new

    def release_generated_sets(self, week: int, frontier: Array, suppressed: bool) -> Array:
        """New sets appear at random, harder than the frontier by the head-room; returns the mask of new sets."""
        p, draws = self.parameters, self.model.draws
        if not self.generated or suppressed:
            return self.no_sets
        luck = draws.uniform("benchmarks.release", week, 3)
        occurs = luck[:, :1] < self.model.chance.new_set
        new = self.no_sets
        if count_nonzero(occurs):
            new = occurs & (arange(len(self.names)) == self.next_slot)
            headroom = p.headroom_low + (p.headroom_high - p.headroom_low) * luck[:, 1:2]
            self.difficulty = where(new, frontier + headroom, self.difficulty)
            self.public = where(new, luck[:, 2:3] < p.public_share, self.public)
            self.exposure = where(new, ZERO, self.exposure)
            self.active = self.active | new
            self.scored = self.scored & ~new[:, None, :]
            following = self.first_generated + (self.next_slot + 1 - self.first_generated) % self.generated
            self.next_slot = where(occurs, following, self.next_slot)
        return new

    def expose(self) -> None:
        """Public sets leak into training data week by week."""
        rate = self.model.settings.benchmarks.exposure_rate
        public = self.public * self.active
        self.exposure = self.exposure + benchmarks.exposure_step(self.exposure, rate, public, YEAR_STEP)

    def evaluate(self, week: int, released: Array, new_sets: Array) -> Array:
        """Score newly released models on all sets and all models on new sets; returns ``(worlds, 1)`` news."""
        if not count_nonzero(released) and not count_nonzero(new_sets):
            return self.no_news
        test = (released[:, :, None] | new_sets[:, None, :]) & self.active[:, None, :]
        self.just_scored = test
        tested = test.any(axis=2)
        # One row a tested lab; all others are left out of the work.
        world, lab = np.nonzero(tested)
        self._score(week, world, lab, test[world, lab])
        self._publish_index(world, lab)
        return any_of(tested, axis=1, keepdims=True)

    def _score(self, week: int, world: Array, lab: Array, test: Array) -> None:
        """Draw this week's scores; ``world`` and ``lab`` name the tested labs, ``test`` is their mask of sets."""
        p, labs = self.model.settings.benchmarks, self.model.labs
        seen = labs.released_capability[world, lab, None] + labs.family_error[world, lab][:, self.family]
        floor, slope = self.chance_floor[world], self.discrimination[world]
        leaked = in_worlds(p.contamination, world) * self.exposure[world]
        selected = self.reporting_boost[world] * labs.selective_reporting[world, lab, None]
        shift = leaked + slope * selected
        expected = benchmarks.expected_score(seen, self.difficulty[world], slope, floor, shift)
        if p.noise:
            luck = self.model.draws.normal("benchmarks.noise", week, labs.count * len(self.names))
            luck = luck.reshape(self.score.shape)[world, lab]
            # Normal approximation to the binomial: exact mean and variance, one draw a slot.
            sd = sqrt(expected * (ONE - expected) / self.items[world])
            expected = minimum(maximum(expected + sd * luck, ZERO), ONE)
        # In place: nobody holds the table of scores itself.
        self.score[world, lab] = where(test, expected, self.score[world, lab])
        self.scored[world, lab] |= test
        rows: Any = np.unique(world) if self.model.worlds > 1 else slice(None)
        in_play = where(self.scored[rows], self.score[rows], ZERO)
        self.win_rate[rows] = benchmarks.mean_win_rate(in_play, self.active[rows])

    def _publish_index(self, world: Array, lab: Array) -> None:
        """Ability index of each tested lab: maximum likelihood by Fisher scoring from its last index."""
        score, scored = self.score[world, lab], self.scored[world, lab]
        variance = self.variance[world, lab]
        index, precision = self._ascend(world, score, scored, self.measured[world, lab], self.scoring_steps)
        telling = scored & benchmarks.usable(score, self.chance_floor[world])
        lost = (precision == ZERO) & any_of(telling, axis=-1)
        if count_nonzero(lost):
            # The last index has lost touch with every set, yet some scores say where the lab is: begin from them.
            spoken = benchmarks.capability_from_score(
                score, self.difficulty[world], self.discrimination[world], self.chance_floor[world]
            )
            first = sum_of(telling * spoken, axis=-1) / maximum(sum_of(telling, axis=-1), 1)
            found, certain = self._ascend(world, score, scored, first, FIRST_SCORING_STEPS)
            index, precision = where(lost, found, index), where(lost, certain, precision)
        known = precision > ZERO
        # A lab without a usable set keeps its last index, with more uncertainty at each evaluation.
        stale = minimum(variance + self.model.parameters.beliefs.drift_variance[world, 0], ONE)
        # New arrays: readers recognise a new index by its identity.
        self.measured, self.variance = self.measured.copy(), self.variance.copy()
        self.measured[world, lab] = index
        self.variance[world, lab] = where(known, ONE / where(known, precision, ONE), stale)

    def _ascend(
        self, world: Array, score: Array, scored: Array, index: Array, steps: int
    ) -> tuple[Array, Array]:
        """Index after so many steps of Fisher scoring, and its precision; 0 where no set was usable last."""
        difficulty, slope = self.difficulty[world], self.discrimination[world]
        floor, items = self.chance_floor[world], self.items[world]
        family_sd = in_worlds(self.model.settings.benchmarks.family_sd, world)
        precision = ZERO
        for _ in range(steps):
            expected = benchmarks.expected_score(index[:, None], difficulty, slope, floor)
            use = scored & benchmarks.usable(expected, floor)
            weights = benchmarks.composite_weights(
                expected, use, self.same_family, slope, floor, items, family_sd
            )
            precision = sum_of(weights, axis=-1)
            known = precision > ZERO
            speaks = benchmarks.scored_capability(index, score, expected, slope, floor)
            better = sum_of(weights * speaks, axis=-1) / where(known, precision, ONE)
            index = where(known, better, index)
        return index, precision

    def bulletin(
        self, news: Array, expected_gap: Array, belief_variance: Array, last: Evaluation | None
    ) -> Evaluation:
        """Publication of the week: index, measured gap with its error, and how surprising it is."""
        model = self.model
        if last is not None and not count_nonzero(news):
            return replace(last, new=self.no_news, surprise=self.no_surprise, any=False) if last.any else last
        best_home, home_variance, home_rate = self._leader(model.home_only)
        best_rival, rival_variance, rival_rate = self._leader(model.rival_only)
        gap = best_home - best_rival
        own_gap = where(model.is_rival, best_rival - self.measured, self.measured - best_home)
        if self.parameters.parity_rule == "overlap":
            # Headline readers take overlapping bars (or, by win rate, an equal rank) for parity.
            level = benchmarks.bars_overlap(gap, sqrt(home_variance), sqrt(rival_variance))
            if self.parameters.composite == "win_rate":
                ahead = home_rate > rival_rate
                level = ~ahead
            gap = where(level, ZERO, gap)
        gap_variance = home_variance + rival_variance
        heard = news if self.parameters.news else np.zeros_like(news)
        surprise = benchmarks.surprise(gap, expected_gap, gap_variance, belief_variance)
        return Evaluation(
            heard,
            self.measured,
            self.variance,
            gap,
            gap_variance,
            own_gap,
            where(heard, surprise, ZERO),
            self.parameters.news,
        )

    def _leader(self, members: Array) -> tuple[Array, Array, Array]:
        """Index, error variance and win rate of a bloc's best measured lab, each ``(worlds, 1)``."""
        eligible = self.measured + members
        best = max_of(eligible, axis=-1, keepdims=True)
        leads = eligible == best
        variance = min_of(where(leads, self.variance, np.inf), axis=-1, keepdims=True)
        rate = max_of(where(leads, self.win_rate, ZERO), axis=-1, keepdims=True)
        return best, variance, rate

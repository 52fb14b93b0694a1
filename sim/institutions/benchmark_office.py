"""The benchmark office: releases test sets, scores released models, publishes the ability index."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy import arange, asarray, count_nonzero, maximum, minimum, sqrt, where, zeros

from sim.institutions.public_record import Evaluation
from sim.mechanisms import benchmarks
from sim.mechanisms.numerics import ONE, YEAR_STEP, ZERO, Array, any_of, constant, min_of, row_max, sum_of
from sim.parameters import in_worlds, table_column

if TYPE_CHECKING:
    from sim.model import NarrativeModel

#: Families of test sets; a model has an error of its own in each family.
FAMILIES = ("chat_preference", "knowledge", "reasoning_and_code", "agentic")
#: Fisher-scoring steps of the ability index: from scratch, and from a lab's last index.
FIRST_SCORING_STEPS, SCORING_STEPS = 8, 2
#: Slots for generated sets: at 6 a year a set stays in use for about two years.
GENERATED_SLOTS = 11
#: Guard of divisions by a precision; any precision that is not 0 is far larger.
SMALLEST_PRECISION = constant(1e-300)
#: Error variance of labs that do not count.
UNKNOWN = constant(np.inf)


class Tested(NamedTuple):
    """The labs that are tested in a week, one row each; all others are left out of the work."""

    place: Array  #: ``(rows,)`` place in a column ``(worlds, labs)`` that is laid flat
    world: Array  #: ``(rows,)``
    sets: Array  #: ``(rows, sets)`` boolean, sets on which the lab is tested
    in_use: Array  #: ``(rows, sets)`` boolean; this and what follows are facts of the row's world
    difficulty: Array
    discrimination: Array
    chance_floor: Array
    items: Array


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
        self.measured = zeros((worlds, labs))
        self.variance = np.full((worlds, labs), 1.0)
        self.win_rate = np.full((worlds, labs), 0.5)
        self.rivals = model.nobody | model.is_rival
        self.no_news, self.no_surprise = zeros((worlds, 1), dtype=bool), zeros((worlds, 1))
        self.no_sets = zeros((worlds, sets), dtype=bool)
        self.scoring_steps = FIRST_SCORING_STEPS
        self.reporting_boost = asarray(
            model.settings.benchmarks.variant_sd * benchmarks.expected_best_of(p.gaming_variants)
        )
        self._dated = {id(event): len(named) + k for k, event in enumerate(events)}
        self._sets_have_changed()

    @property
    def scored(self) -> Array:
        """Where a lab has a score, ``(worlds, labs, sets)``: all labs are tested on a set in its first week."""
        return np.broadcast_to(self.active[:, None, :], self.score.shape)

    @property
    def just_scored(self) -> Array:
        """Where a score is of the last evaluation, ``(worlds, labs, sets)``."""
        fresh = zeros(self.score.shape, dtype=bool)
        fresh.reshape(-1, len(self.names))[self._tested.place] = self._tested.sets
        return fresh

    def _sets_have_changed(self) -> None:
        """What changes only when a set appears."""
        self._leaking = self.public * self.active
        self._has_sets = any_of(self.active, axis=1, keepdims=True) | self.model.nobody

    # -- the week -----------------------------------------------------------------------------------------

    def release_dated_set(self, event: object) -> Array:
        """A test set from the scenario's events goes public; returns the mask of new sets."""
        slot = self._dated[id(event)]
        for field in ("difficulty", "discrimination", "chance_floor", "items", "public"):
            getattr(self, field)[:, slot] = np.ravel(getattr(event, field))
        if getattr(event, "from_start", False):
            self.difficulty[:, slot] += self.model.start_frontier[:, 0]
        self.active[:, slot] = True
        self._sets_have_changed()
        new = zeros(self.active.shape, dtype=bool)
        new[:, slot] = True
        return new

    def release_generated_sets(self, week: int, suppressed: bool) -> Array:
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
            frontier = row_max(self.model.labs.released_capability)
            self.difficulty = where(new, frontier + headroom, self.difficulty)
            self.public = where(new, luck[:, 2:3] < p.public_share, self.public)
            self.exposure = where(new, ZERO, self.exposure)
            self.active = self.active | new
            self.score = where(new[:, None, :], ZERO, self.score)
            self._sets_have_changed()
            following = self.first_generated + (self.next_slot + 1 - self.first_generated) % self.generated
            self.next_slot = where(occurs, following, self.next_slot)
        return new

    def expose(self) -> None:
        """Public sets leak into training data week by week."""
        rate = self.model.settings.benchmarks.exposure_rate
        self.exposure = self.exposure + benchmarks.exposure_step(
            self.exposure, rate, self._leaking, YEAR_STEP
        )

    def evaluate(self, week: int, released: Array, new_sets: Array) -> Array:
        """Score newly released models on all sets and all models on new sets; returns ``(worlds, 1)`` news."""
        appeared = count_nonzero(new_sets)
        if not appeared and not count_nonzero(released):
            return self.no_news
        tested = released & self._has_sets
        if appeared:
            tested = tested | any_of(new_sets, axis=1, keepdims=True)
        place = tested.ravel().nonzero()[0]
        world = place // tested.shape[1]
        in_use = sets = self.active.take(world, 0)
        if appeared:
            sets = in_use & (released.take(place)[:, None] | new_sets.take(world, 0))
        rows = self._tested = Tested(
            place,
            world,
            sets,
            in_use,
            self.difficulty.take(world, 0),
            self.discrimination.take(world, 0),
            self.chance_floor.take(world, 0),
            self.items.take(world, 0),
        )
        self._publish_index(rows, self._score(week, rows))
        return any_of(tested, axis=1, keepdims=True)

    def _rows(self, values: Array, place: Array) -> Array:
        """Rows of ``(worlds, labs, n)`` by their labs' places in a flat column, ``(rows, n)``."""
        return values.reshape(-1, values.shape[-1]).take(place, 0)

    def _score(self, week: int, rows: Tested) -> Array:
        """Draw this week's scores; returns all scores of the tested labs, ``(rows, sets)``."""
        p, labs = self.model.settings.benchmarks, self.model.labs
        place, world, slope = rows.place, rows.world, rows.discrimination
        strength = self._rows(labs.family_error, place).take(self.family, 1)
        seen = labs.released_capability.take(place)[:, None] + strength
        leaked = in_worlds(p.contamination, world) * self.exposure.take(world, 0)
        selected = in_worlds(self.reporting_boost, world) * labs.selective_reporting.take(place)[:, None]
        shift = leaked + slope * selected
        score = benchmarks.expected_score(seen, rows.difficulty, slope, rows.chance_floor, shift)
        if p.noise:
            luck = self.model.draws.normal("benchmarks.noise", week, labs.count * len(self.names))
            luck = self._rows(luck.reshape(self.score.shape), place)
            # Normal approximation to the binomial: exact mean and variance, one draw a slot.
            sd = sqrt(score * (ONE - score) / rows.items)
            score = minimum(maximum(score + sd * luck, ZERO), ONE)
        score = where(rows.sets, score, self._rows(self.score, place))
        # In place: nobody holds the table of scores itself.
        self.score.reshape(-1, len(self.names))[place] = score
        if self.model.worlds == 1:
            self.win_rate = benchmarks.mean_win_rate(self.score, self.active)
        else:
            those = np.unique(world)
            self.win_rate[those] = benchmarks.mean_win_rate(self.score[those], self.active[those])
        return score

    def _publish_index(self, rows: Tested, score: Array) -> None:
        """Ability index of each tested lab: maximum likelihood by Fisher scoring from its last index."""
        index, precision = self._ascend(rows, score, self.measured.take(rows.place), self.scoring_steps)
        variance = ONE / maximum(precision, SMALLEST_PRECISION)
        if count_nonzero(precision) < len(precision):
            index, variance = self._out_of_touch(rows, score, index, precision)
        # New arrays: readers recognise a new index by its identity.
        self.measured, self.variance = self.measured.copy(), self.variance.copy()
        self.measured.put(rows.place, index)
        self.variance.put(rows.place, variance)

    def _out_of_touch(
        self, rows: Tested, score: Array, index: Array, precision: Array
    ) -> tuple[Array, Array]:
        """Index and error variance, ``(rows,)``, where some last index has lost touch with every set: precision 0."""
        telling = rows.in_use & benchmarks.usable(score, rows.chance_floor)
        lost = (precision == ZERO) & any_of(telling, axis=-1)
        if count_nonzero(lost):
            # Some scores say where the lab is: begin from them.
            spoken = benchmarks.capability_from_score(
                score, rows.difficulty, rows.discrimination, rows.chance_floor
            )
            first = sum_of(telling * spoken, axis=-1) / maximum(sum_of(telling, axis=-1), 1)
            found, certain = self._ascend(rows, score, first, FIRST_SCORING_STEPS)
            index, precision = where(lost, found, index), where(lost, certain, precision)
        # A lab without a usable set keeps its last index, with more uncertainty at each evaluation.
        drift = self.model.parameters.beliefs.drift_variance[rows.world, 0]
        stale = minimum(self.variance.take(rows.place) + drift, ONE)
        return index, where(precision > ZERO, ONE / maximum(precision, SMALLEST_PRECISION), stale)

    def _ascend(self, rows: Tested, score: Array, index: Array, steps: int) -> tuple[Array, Array]:
        """Index after so many steps of Fisher scoring, and its precision; 0 where no set was usable last."""
        slope, floor = rows.discrimination, rows.chance_floor
        family_sd = in_worlds(self.model.settings.benchmarks.family_sd, rows.world)
        precision = ZERO
        for _ in range(steps):
            expected = benchmarks.expected_score(index[:, None], rows.difficulty, slope, floor)
            use = rows.in_use & benchmarks.usable(expected, floor)
            weights = benchmarks.composite_weights(
                expected, use, self.same_family, slope, floor, rows.items, family_sd
            )
            precision = sum_of(weights, axis=-1)
            speaks = benchmarks.scored_capability(index, score, expected, slope, floor)
            better = sum_of(weights * speaks, axis=-1) / maximum(precision, SMALLEST_PRECISION)
            index = where(precision > ZERO, better, index)
        return index, precision

    def bulletin(
        self, news: Array, expected_gap: Array, belief_variance: Array, last: Evaluation | None
    ) -> Evaluation:
        """Publication of the week: index, measured gap with its error, and how surprising it is."""
        model = self.model
        if last is not None and not count_nonzero(news):
            return replace(last, new=self.no_news, surprise=self.no_surprise, any=False) if last.any else last
        best_home, home_variance = self._leader(model.home_only)
        best_rival, rival_variance = self._leader(model.rival_only)
        gap = best_home - best_rival
        own_gap = where(self.rivals, best_rival - self.measured, self.measured - best_home)
        if self.parameters.parity_rule == "overlap":
            # Headline readers take overlapping bars (or, by win rate, an equal rank) for parity.
            level = benchmarks.bars_overlap(gap, sqrt(home_variance), sqrt(rival_variance))
            if self.parameters.composite == "win_rate":
                ahead = self._leading_rate(model.home_only) > self._leading_rate(model.rival_only)
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

    def _leader(self, members: Array) -> tuple[Array, Array]:
        """Index and error variance of a bloc's best measured lab, each ``(worlds, 1)``."""
        eligible = self.measured + members
        best = row_max(eligible)
        return best, min_of(where(eligible == best, self.variance, UNKNOWN), axis=-1, keepdims=True)

    def _leading_rate(self, members: Array) -> Array:
        """Win rate of a bloc's best measured lab, ``(worlds, 1)``."""
        eligible = self.measured + members
        leads = eligible == row_max(eligible)
        return row_max(where(leads, self.win_rate, ZERO))

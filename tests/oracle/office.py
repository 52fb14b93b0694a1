"""The benchmark office: test sets, scores, the ability index, and the weekly bulletin."""

import math
from dataclasses import dataclass, replace

from scipy.integrate import quad
from scipy.special import log_ndtr

from .arithmetic import WEEK, clip, logistic, mean

FAMILIES = ("chat_preference", "knowledge", "reasoning_and_code", "agentic")
GENERATED = 11
#: Steps of Fisher scoring from scratch, and from a lab's last index.
FIRST_STEPS, STEPS = 8, 2
#: Scores this close are equal.
TIE = 1e-9
#: A score informs only this far from chance and from perfection.
MARGIN = 0.02


@dataclass(eq=False)
class TestSet:
    """A test set with its exposure to training data; ``scores`` by lab."""

    family: int
    difficulty: float
    discrimination: float
    floor: float
    items: float
    public: float
    exists: bool
    exposure: float = 0.0

    __test__ = False

    def __post_init__(self):
        self.scores = {}

    def expected_score(self, ability, shift):
        """``g + (1 - g) sigma(a (theta - d) + shift)``."""
        logit = clip(self.discrimination * (ability - self.difficulty) + shift, -30.0, 30.0)
        return self.floor + (1.0 - self.floor) * logistic(logit)

    def usable(self, score):
        return self.floor + MARGIN <= score <= 1.0 - MARGIN

    def ability_for(self, score):
        """The ability at which this score is expected."""
        return self.difficulty + math.log((score - self.floor) / (1.0 - score)) / self.discrimination

    def slope(self, expected):
        """Rise of the expected score with capability."""
        s = (expected - self.floor) / (1.0 - self.floor)
        return self.discrimination * (1.0 - self.floor) * s * (1.0 - s)

    def error_variance(self, expected):
        """``1/(n I)``, with the information ``I = p'^2/(p (1 - p))`` of an item."""
        return expected * (1.0 - expected) / (self.items * self.slope(expected) ** 2)


@dataclass
class Bulletin:
    """What the office publishes: each lab's index with its error, and the gap between blocs."""

    new: bool
    index: list
    variance: list
    gap: float
    gap_variance: float
    surprise: float

    def rank(self, model):
        """Best published index of either bloc."""
        self.best_home = max(self.index[lab.index] for lab in model.homes)
        self.best_rival = max(self.index[lab.index] for lab in model.rivals)
        return self


class BenchmarkOffice:
    """Keeps the sets, scores released models, publishes."""

    def __init__(self, model):
        self.model, p = model, model.p.benchmarks
        named = [
            TestSet(
                FAMILIES.index(s.family),
                s.difficulty,
                s.discrimination,
                s.chance_floor,
                s.items,
                s.public,
                True,
            )
            for s in p.sets.values()
        ]
        events = [event for event in model.p.events if event.type == "benchmark_release"]
        dated = [
            TestSet(
                FAMILIES.index(e.family),
                e.difficulty,
                e.discrimination,
                e.chance_floor,
                e.items,
                e.public,
                False,
            )
            for e in events
        ]
        self.dated = {event.benchmark: test for event, test in zip(events, dated, strict=True)}
        self.generated = [
            TestSet(k % len(FAMILIES), 0.0, p.discrimination, p.chance_floor, p.items, 0.0, False)
            for k in range(GENERATED if p.generated else 0)
        ]
        self.sets = [*named, *dated, *self.generated]
        for slot, test in enumerate(self.sets):
            test.slot = slot
        self.next_generated, self.scoring_steps = 0, FIRST_STEPS
        labs = len(model.labs)
        self.index, self.variance = [0.0] * labs, [1.0] * labs
        self.boost = p.variant_sd * expected_best_of(p.gaming_variants)

    def expose(self):
        """Public sets leak into training data: ``dz = rho (1 - z) dt``."""
        for test in self.sets:
            if test.exists:
                test.exposure += (
                    self.model.p.benchmarks.exposure_rate * (1.0 - test.exposure) * WEEK * test.public
                )

    def new_sets(self, frontier, luck):
        """This week's new sets: dated ones, and with some chance a generated one harder than the frontier."""
        p, today, new = self.model.p.benchmarks, self.model.today, []
        if (
            self.generated
            and luck[0] < self.model.chance.new_set
            and not today.suppressed("benchmark_release")
        ):
            test = self.generated[self.next_generated]
            self.next_generated = (self.next_generated + 1) % len(self.generated)
            test.difficulty = frontier + p.headroom_low + (p.headroom_high - p.headroom_low) * luck[1]
            test.public = luck[2] < p.public_share
            test.exposure, test.scores = 0.0, {}
            new.append(test)
        for event in today.of("benchmark_release"):
            test = self.dated[event.benchmark]
            if event.from_start:
                test.difficulty = event.difficulty + self.model.start_frontier
            new.append(test)
        for test in new:
            test.exists = True
        return new

    def evaluate(self, week, released, new_sets):
        """Released models on all sets, all models on new sets; returns whether there is news."""
        labs = self.model.labs
        luck = self.model.luck.normal("benchmarks.noise", week, len(labs) * len(self.sets))
        tested = []
        for lab in labs:
            due = [
                t for t in self.sets if t.exists and (lab in released or any(t is new for new in new_sets))
            ]
            for test in due:
                test.scores[lab.index] = self.score(lab, test, luck[lab.index * len(self.sets) + test.slot])
            if due:
                tested.append(lab)
        for lab in tested:
            self.publish_index(lab)
        return bool(tested)

    def score(self, lab, test, luck):
        p = self.model.p.benchmarks
        shift = p.contamination * test.exposure
        if lab.selective:
            shift += test.discrimination * self.boost
        ability = lab.released_capability + lab.family_error[test.family]
        expected = test.expected_score(ability, shift)
        if not p.noise:
            return expected
        return clip(expected + math.sqrt(expected * (1.0 - expected) / test.items) * luck, 0.0, 1.0)

    def publish_index(self, lab):
        """Maximum likelihood from the last index, or from the scores where that has lost touch with all sets."""
        variance = self.ascend(lab, self.scoring_steps)
        telling = [t for t in self.sets if lab.index in t.scores and t.usable(t.scores[lab.index])]
        if variance is None and telling:
            self.index[lab.index] = mean(test.ability_for(test.scores[lab.index]) for test in telling)
            variance = self.ascend(lab, FIRST_STEPS)
        if variance is None:
            # Without a usable set the last index stands, with more uncertainty at each evaluation.
            variance = min(self.variance[lab.index] + self.model.p.beliefs.drift_variance, 1.0)
        self.variance[lab.index] = variance

    def ascend(self, lab, steps):
        """Fisher scoring; sets of one family share an error. Returns the error variance, None without a usable set.

        Each step moves the index to the precision-weighted mean of what the scores speak for, seen from it.
        """
        shared = self.model.p.benchmarks.family_sd**2
        variance = None
        for _step in range(steps):
            index = self.index[lab.index]
            expected = {t: t.expected_score(index, 0.0) for t in self.sets if lab.index in t.scores}
            used = [test for test in expected if test.usable(expected[test])]
            variance = None
            if used:
                total = weighted = 0.0
                for test in used:
                    siblings = sum(other.family == test.family for other in used)
                    precision = 1.0 / (test.error_variance(expected[test]) + siblings * shared)
                    surprise = (test.scores[lab.index] - expected[test]) / test.slope(expected[test])
                    total += precision
                    weighted += precision * clip(surprise, -1.0, 1.0)
                self.index[lab.index], variance = index + weighted / total, 1.0 / total
        return variance

    def win_rate(self, lab):
        """Mean over sets of the share of other labs beaten; a tie counts one half."""
        others = [other for other in self.model.labs if other is not lab]

        def beaten(test):
            mine = test.scores.get(lab.index, 0.0)
            theirs = [test.scores.get(other.index, 0.0) for other in others]
            return sum(0.5 if abs(mine - score) <= TIE else float(mine > score) for score in theirs)

        existing = [test for test in self.sets if test.exists]
        if not existing:
            return 0.5
        return mean(beaten(test) for test in existing) / max(len(others), 1)

    def bulletin(self, news, expected_gap, belief_variance, last):
        """Measured gap with its error, and how surprising it is to investors."""
        if not news:
            return replace(last, new=False, surprise=0.0).rank(self.model)
        p = self.model.p.benchmarks
        home = max(self.model.homes, key=lambda lab: self.index[lab.index])
        rival = max(self.model.rivals, key=lambda lab: self.index[lab.index])
        gap = self.index[home.index] - self.index[rival.index]
        variances = self.variance[home.index], self.variance[rival.index]
        if p.parity_rule == "overlap":
            level = abs(gap) < 1.96 * (math.sqrt(variances[0]) + math.sqrt(variances[1]))
            if p.composite == "win_rate":
                level = not self.win_rate(home) > self.win_rate(rival)
            gap = 0.0 if level else gap
        variance = sum(variances)
        surprise = (gap - expected_gap) / math.sqrt(max(variance + belief_variance, 1e-12))
        heard = p.news
        return Bulletin(
            heard, list(self.index), list(self.variance), gap, variance, surprise if heard else 0.0
        ).rank(self.model)


def expected_best_of(variants):
    """Expected maximum of N standard normal draws."""
    if variants <= 1:
        return 0.0

    def integrand(x):
        log_density = math.log(variants) - 0.5 * x * x - 0.5 * math.log(2.0 * math.pi)
        return x * math.exp(log_density + (variants - 1) * float(log_ndtr(x)))

    return quad(integrand, -9.0, 9.0, epsabs=1e-13, epsrel=1e-13, limit=200)[0]

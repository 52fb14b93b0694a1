"""Receivers of benchmarks and claims: what investors, policymakers and communities have in common."""

from __future__ import annotations

import numpy as np
from numpy import concatenate, count_nonzero, matmul, maximum, minimum, where

from sim.agents.columns import Column, ColumnAgent
from sim.institutions.media import Media
from sim.institutions.public_record import Coverage, Evaluation, Sentiment
from sim.mechanisms import beliefs as rules
from sim.mechanisms import media as media_rules
from sim.mechanisms.claims import COPYING, COST_EFFICIENCY, MOAT, MOTIVE, NARRATIVES, PARITY
from sim.mechanisms.numerics import ONE, ZERO, Array, constant, deeper, max_of
from sim.registry import social_rules

#: Index of each group of receivers in arrays with a group axis.
INVESTORS, POLICYMAKERS, COMMUNITIES = 0, 1, 2
#: Smallest variance of a benchmark's gap (OOM^2).
SMALLEST_VARIANCE = constant(1e-12)
#: Of two masks, where the first holds and the second does not: ``a & ~b`` in one operation.
but_not = np.greater


class Receiver(ColumnAgent):
    """Anyone who forms beliefs from the public record: the gap and its speed, the copied share, the compute gap."""

    kind = "receivers"

    believed_gap = Column("receivers", "OOM", "mean of the belief about the gap, g")
    believed_speed = Column("receivers", "OOM/yr", "mean of the belief about the closing speed, nu")
    gap_variance = Column("receivers", "OOM^2", "variance of the gap belief")
    gap_speed_covariance = Column("receivers", "OOM^2/yr", "covariance of gap and speed beliefs")
    speed_variance = Column("receivers", "(OOM/yr)^2", "variance of the speed belief")
    share_successes = Column("receivers", "count", "Beta count for copying, a", fill=1.0)
    share_failures = Column("receivers", "count", "Beta count against copying, b", fill=3.0)
    believed_compute = Column("receivers", "OOM", "mean of the belief about the compute gap, c_hat")
    compute_variance = Column("receivers", "OOM^2", "variance of that belief")
    infected = Column("receivers", "0/1", "carries the narrative's current version", fill=False, shape=(6,))
    recovered = Column(
        "receivers", "0/1", "immune to the narrative's current version", fill=False, shape=(6,)
    )
    leaning = Column("receivers", "+-1", "side whose news is congenial", fill=1.0)
    acted_gap = Column("receivers", "OOM", "gap that is acted on: belief, drawn to a salient narrative")
    acted_share = Column("receivers", "1", "copied share that is acted on, likewise")

    #: Cache of the cohort: what narratives state, spread over receivers until the media change it.
    _stated_of: Array | None = None
    _versions: dict[int, tuple[Array, Array]]

    @property
    def believed_share(self) -> Array:
        """Mean belief about the copied share, a/(a + b)."""
        return self.share_successes / (self.share_successes + self.share_failures)

    # -- the week -----------------------------------------------------------------------------------------

    def expect(self) -> None:
        """A week passes: the believed gap closes at the believed speed and becomes less certain."""
        p = self.model.settings.beliefs
        self._hold(rules.predict(self._trend(), p.drift_variance, self.model.speed_drift_variance))

    def take_up(self, week: int, coverage: Coverage) -> Array | None:
        """Contagion and broadcast: who takes up which narrative now; returns who hears a version, or None.

        A new version makes the immune susceptible again; whoever carries the narrative hears it at once, others
        when they take it up, each version once.
        """
        model, p, each = self.model, self.model.settings.media, self.infected.shape[1]
        fresh = count_nonzero(coverage.new_version) > 0
        if not (fresh or count_nonzero(coverage.shares) or count_nonzero(self.infected)):
            return None
        infected, recovered, recovery = self.infected, self.recovered, deeper(model.chance.recovery)
        luck = model.draws.uniform("media.contagion", week, *model.contagion_draws).reshape(infected.shape)
        if fresh or not p.contagion:
            # Repeated for every receiver: cheaper than a broadcast over six narratives.
            new = coverage.new_version[:, None, :].repeat(each, 1)
            recovered = but_not(recovered, new)
        if p.contagion:
            carriers = infected.reshape(-1, len(NARRATIVES)).astype(float)
            chance = media_rules.infection_probability(
                (model.network @ carriers).reshape(infected.shape),
                coverage.shares[:, None, :].repeat(each, 1),
                deeper(p.reproduction_number),
                recovery,
                deeper(p.exposure),
            )
            # A narrative without attention and without carriers is not in circulation.
            if fresh:
                self._brief(coverage, chance)
            catches, may_leave = but_not(luck < chance, infected | recovered), infected
            heard = catches | (infected & new) if fresh else catches
        else:
            catches, may_leave, heard = new, but_not(infected, new), new
        # One draw decides on either transition: a receiver is susceptible or a carrier, not both.
        leaves = may_leave & (luck < recovery)
        self.infected = but_not(infected | catches, leaves)
        self.recovered = recovered | leaves
        return heard

    def _brief(self, coverage: Coverage, chance: Array) -> None:
        """Policymakers also hear copying claims directly, with the briefing probability, when they are new."""
        new = coverage.new_version[:, COPYING, None]
        if not count_nonzero(new):
            return
        first, count = self.model.slots_of_kind["policymakers"]["receivers"]
        mine = chance[:, first : first + count, COPYING]
        briefed = new * self.model.parameters.beliefs.briefing_probability
        mine += briefed * (ONE - mine)  # 1 - (1 - chance)(1 - briefed)

    def learn(self, evaluation: Evaluation, delayed: Evaluation, media: Media, heard: Array | None) -> None:
        """Benchmarks and the claims heard this week update beliefs, weighted by precision.

        Where nobody has news, nothing is observed: an update with precision 0 would return the same bits.
        """
        precision: Array | None = None
        if evaluation.any or delayed.any:
            precision, information = self._benchmark_signal(evaluation, delayed)
        if heard is not None:
            by_group = self._for_receivers
            for narrative in (PARITY, MOAT):
                listens = heard[..., narrative]
                if not count_nonzero(listens):
                    continue
                listens = listens.astype(float)
                told = listens * by_group(media.gap_precision[..., narrative])
                said = listens * by_group(media.gap_information[..., narrative])
                precision, information = (
                    (told, said) if precision is None else (precision + told, information + said)
                )
        if precision is not None:
            self._observe_gap(precision, information)
        self._observe_share_and_compute(media, heard)

    def talk(self) -> None:
        """Social influence on the gap and the copied share, after the individual update."""
        model, p = self.model, self.model.parameters.social
        if p.rule == "none":
            return
        gap, counts = self.believed_gap, self.share_successes + self.share_failures
        both = np.empty((*gap.shape, 2))
        both[..., 0], both[..., 1] = gap, self.share_successes / counts
        both = social_rules.get(p.rule)(
            both.reshape(-1, 2), model.network, model.social_weight, model.confidence_bound
        ).reshape(both.shape)
        self.believed_gap = both[..., 0].copy()  # contiguous, for the speed of all that follows
        moved = minimum(maximum(both[..., 1], ZERO), ONE)
        self.share_successes, self.share_failures = counts * moved, counts * (ONE - moved)

    def resolve(self, media: Media) -> None:
        """What receivers act on this week: beliefs, drawn to the version of a narrative that they carry."""
        if media.stated is not self._stated_of:
            self._stated_of, self._versions = media.stated, {}
        carried = [k for k, share in enumerate(max_of(self.model.infected_share, axis=0).tolist()) if share]
        self.acted_gap = self._drawn(
            self.believed_gap, [self._carries(k, media) for k in (PARITY, MOAT) if k in carried]
        )
        self.acted_share = self._drawn(
            self.believed_share, [self._carries(k, media) for k in (COPYING, COST_EFFICIENCY) if k in carried]
        )

    def carrier_share(self) -> Array:
        """Share of receivers who carry each narrative, ``(worlds, narratives)``."""
        # Counts are whole numbers, so that the product is exact however it is summed.
        infected = self.infected.astype(float)
        return matmul(self.model.every_receiver, infected)[:, 0] / self.model.receiver_count

    def sentiment(self) -> Sentiment:
        """Mean beliefs of each group, as the public reads them next week."""
        successes = self.share_successes
        counts = successes + self.share_failures
        gap, share, speed, compute, variance, evidence = self.model.group_means(
            self.believed_gap,
            successes / counts,
            self.believed_speed,
            self.believed_compute,
            self.gap_variance,
            counts,
        )
        return Sentiment(gap, share, speed, compute, variance[:, :1], evidence[:, :1])

    # -- parts ----------------------------------------------------------------------------------------------

    def _trend(self) -> rules.Trend:
        return rules.Trend(
            self.believed_gap,
            self.believed_speed,
            self.gap_variance,
            self.gap_speed_covariance,
            self.speed_variance,
        )

    def _hold(self, trend: rules.Trend) -> None:
        (
            self.believed_gap,
            self.believed_speed,
            self.gap_variance,
            self.gap_speed_covariance,
            self.speed_variance,
        ) = trend

    def _for_receivers(self, by_group: Array) -> Array:
        """Spread ``(worlds, groups)`` over these receivers: ``(worlds, receivers)``, or one value for one agent."""
        place = self.places["receivers"]
        if place is None:
            return by_group.repeat(self.model.receivers_by_group, 1)
        world, slot = place
        return by_group[world, self.model.receiver_group[slot]]

    def _benchmark_signal(self, evaluation: Evaluation, delayed: Evaluation) -> tuple[Array, Array]:
        """Precision and information of this week's benchmark news; policymakers read it later."""
        now = where(evaluation.new, ONE / maximum(evaluation.gap_variance, SMALLEST_VARIANCE), ZERO)
        later = where(delayed.new, ONE / maximum(delayed.gap_variance, SMALLEST_VARIANCE), ZERO)
        precision = concatenate([now, later, now], axis=1)
        gap = concatenate([evaluation.gap, delayed.gap, evaluation.gap], axis=1)
        return self._for_receivers(precision), self._for_receivers(precision * gap)

    def _observe_gap(self, precision: Array, information: Array) -> None:
        p, trend = self.model.settings.beliefs, self._trend()
        caution = None
        if self.model.uses.motivated:
            mean_signal = information / where(precision > ZERO, precision, ONE)
            caution = rules.motivated_gain(mean_signal - trend.gap, self.leaning, p.motivated)
        self._hold(rules.observe_gap(trend, precision, information, caution))

    def _observe_share_and_compute(self, media: Media, heard: Array | None) -> None:
        model, p = self.model, self.model.settings.beliefs
        counts: Array | None = None
        compute_precision: Array | None = None
        information = compute_information = ZERO
        if heard is not None:
            by_group = self._for_receivers
            for narrative in (COPYING, COST_EFFICIENCY):
                listens = heard[..., narrative]
                if not count_nonzero(listens):
                    continue
                listens = listens.astype(float)
                told = listens * by_group(media.share_counts[..., narrative])
                said = listens * by_group(media.share_information[..., narrative])
                counts, information = (told, said) if counts is None else (counts + told, information + said)
                if narrative == COST_EFFICIENCY:
                    compute_precision = listens * by_group(media.compute_precision)
                    compute_information = listens * by_group(media.compute_information)
            if counts is not None and model.uses.motivated:
                mean_signal = information / where(counts > ZERO, counts, ONE)
                factor = rules.motivated_gain(mean_signal - self.believed_share, self.leaning, p.motivated)
                counts, information = counts * factor, information * factor
            if model.hears_speed:
                for narrative in (PARITY, MOAT):
                    listens = heard[..., narrative]
                    told = listens * by_group(media.speed_precision[..., narrative])
                    said = listens * by_group(media.speed_information[..., narrative])
                    self._hold(rules.observe_speed(self._trend(), told, said))
        self.share_successes, self.share_failures = rules.observe_share(
            self.share_successes,
            self.share_failures,
            counts,
            information,
            *model.prior_counts,
            p.retention,
            p.max_counts,
        )
        if compute_precision is None:  # nobody has heard anything
            self.compute_variance = rules.less_certain(self.compute_variance, p.drift_variance)
            return
        self.believed_compute, self.compute_variance = rules.observe_level(
            self.believed_compute,
            self.compute_variance,
            compute_precision,
            compute_information,
            p.drift_variance,
        )

    def read_reveal(self, value: Array, happens: Array) -> None:
        """A public measurement of the copied share reaches everybody; arrays ``(worlds, 1)``."""
        counts = where(happens, self.model.parameters.credibility.reveal_counts, ZERO)
        a, b = self.share_successes + counts * value, self.share_failures + counts * (ONE - value)
        scale = minimum(self.model.parameters.beliefs.max_counts / (a + b), ONE)
        self.share_successes = where(happens, a * scale, self.share_successes)
        self.share_failures = where(happens, b * scale, self.share_failures)

    def listens_to_motives(self, heard: Array) -> Array:
        """Share of each group that takes up a claim about motives this week, ``(worlds, groups)``."""
        if not count_nonzero(heard[..., MOTIVE]):
            return self.model.no_listeners
        return self.model.group_means(heard[..., MOTIVE].astype(float))[0]

    def _carries(self, narrative: int, media: Media) -> tuple[Array, Array]:
        """Who carries a version of the narrative with a number (1, else 0), and that number."""
        if narrative not in self._versions:
            spoken, stated = media.spoken[..., narrative], media.stated[..., narrative]
            self._versions[narrative] = self._for_receivers(spoken.astype(float)), self._for_receivers(stated)
        spoken, stated = self._versions[narrative]
        return self.infected[..., narrative].astype(float) * spoken, stated

    def _drawn(self, belief: Array, carried: list[tuple[Array, Array]]) -> Array:
        """Belief drawn to the mean value of the versions carried; a version without a number draws nobody."""
        if not carried:
            return belief
        carries, value = carried[0]
        if len(carried) == 2:
            other, other_value = carried[1]
            count = carries + other
            value = (carries * value + other * other_value) / maximum(count, ONE)
            carries = minimum(count, ONE)
        return rules.acted_on(belief, value, self.model.settings.beliefs.salience * carries)

"""Equations that several kinds of agent share: access, moats, gaps, the weight of a claim."""

import math

from .statements import SHARE


class Valuing:
    """Part of the model: worked out the same way by labs, investors and institutions."""

    def active_accounts(self, enforcement):
        """Stationary share of unauthorised accounts that are active: ``rho/(rho + h_0 + h_1 e)``."""
        p = self.p.distillation
        return p.account_replacement / (
            p.account_replacement + p.base_detection + p.enforced_detection * enforcement
        )

    def closing_factor(self, share, control, enforcement):
        """``(1-m)(1 - eta_x E[x]) + m (1-q_c)(1 - eta_e E[e])``."""
        p = self.p.valuation
        licit = 1.0 - p.believed_control_effect * control
        copied = (1.0 - p.copying_stalls) * (1.0 - p.believed_enforcement_effect * enforcement)
        return (1.0 - share) * licit + share * copied

    def closing_speed(self, speed, factor):
        """Believed speed (OOM/yr) at which the gap closes, slowed by control and enforcement."""
        return max(max(speed, self.p.valuation.min_closing_speed) * factor, 1e-6)

    def catch_up_time(self, gap, closing):
        """Believed years until parity, ``T = (g - eps)+ / speed``, at most ``T_max``."""
        return min(max(gap - self.p.benchmarks.parity_margin, 0.0) / closing, self.p.valuation.max_moat)

    def after_catch_up(self, discount, years):
        """Weight of the time after catch-up in the present value."""
        if self.p.valuation.rule == "creative_destruction":
            return 1.0 / (1.0 + discount * years)
        return math.exp(-discount * years)

    def offset(self, lab, bulletin):
        """What a lab's own moat adds to the moat between the leaders of the blocs."""
        index = bulletin.index[lab.index]
        return bulletin.best_rival - index if lab.rival else index - bulletin.best_home

    def claim_gain(self, quantity):
        """Mean weight of one claim in investors' beliefs."""
        p, mood = self.p, self.sentiment
        if quantity == SHARE:
            counts = p.beliefs.claim_counts * p.credibility.initial_trust
            return counts / (mood.counts + counts)
        noise = (p.claims.stated_sd**2 + p.beliefs.claim_noise**2) / p.credibility.initial_trust
        return mood.gap_variance / (mood.gap_variance + noise)

    def wanted_gap(self):
        """The public gap (OOM) which iso-lag worlds show at the start of the record, whatever the potency."""
        growth = self.p.capability.compute_growth_controlling + self.p.capability.algorithmic_growth
        return self.p.distillation.observed_gap_months * growth / 12.0

    def released_gap(self):
        best_home = max(lab.released_capability for lab in self.homes)
        return best_home - max(lab.released_capability for lab in self.rivals)

    def compute_gap(self):
        return max(lab.compute for lab in self.homes) - max(lab.compute for lab in self.rivals)

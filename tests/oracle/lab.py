"""Laboratories: train, copy, release, look at their logs, read their interest, enforce, raise capital."""

import math

import numpy as np
from scipy.special import pdtr, roots_jacobi

from .arithmetic import LN10, WEEK, clip, order_statistic
from .source import SMALLEST_SHARE_SD, Source

#: Step of the central differences by which a lab reads its own interest.
STEP = 0.01
#: A lab is never worth nothing.
SMALLEST_ANNUITY = 1e-3
#: Share of the way to its preferred enforcement that a lab moves in a week.
ENFORCEMENT_SPEED = 1.0 / 13.0


class Lab(Source):
    """A laboratory: ``theta = c + A + D``, compute, algorithms, and what it copied from others (OOM)."""

    def __init__(self, model, name, description):
        policy = description.claim_policy
        super().__init__(
            model,
            name,
            description.bloc,
            model.p.claims.policy if policy == "default" else policy,
            description.reach,
            model.p.credibility.initial_trust,
        )
        blocs = model.p.blocs
        self.bloc, self.index = description.bloc, len(model.labs)
        self.home, self.rival = self.bloc == blocs.controlling, self.bloc == blocs.controlled
        self.closed = self.has_api = description.openness == "closed"
        self.markup, self.home_share = description.price_markup, description.home_share
        self.effort = description.distillation_effort
        self.student = self.effort > 0.0
        self.compute, self.algorithms, self.distilled = description.compute, description.algorithms, 0.0
        fixed = self.has_api and model.p.enforcement.rule == "fixed"
        self.enforcement = model.p.enforcement.level if fixed else 0.0
        self.reviewed = False
        self.share_estimate, self.share_sd = 0.0, math.inf
        self.gap_slope = self.share_slope = self.control_slope = self.enforcement_slope = 0.0
        self.paying_students = self.derivatives = 0.0
        self.stock, self.offset, self.cash, self.spending = 1.0, 0.0, 0.0, 0.0
        self.price = self.revenue = self.flow = self.value = self.scale = self.mark = 0.0
        model.labs.append(self)

    @property
    def capability(self):
        return self.compute + self.algorithms + self.distilled

    @property
    def own_capability(self):
        return self.compute + self.algorithms

    # -- research and development --------------------------------------------------------------------------

    def plan(self, luck):
        """What a week adds, worked out from last week's state of all labs."""
        by_money = self.model.p.capital.buys_compute
        self.new_compute = self.bought_compute() if by_money else self.grown_compute()
        self.new_algorithms = self.algorithms + self.discoveries(luck)
        self.new_distilled = self.learned_from_teacher()

    def advance(self):
        self.compute, self.algorithms = self.new_compute, self.new_algorithms
        self.distilled = max(self.new_distilled, 0.0)

    def grown_compute(self):
        """The shortcut: compute grows at a given rate, control slows the controlled bloc (R4)."""
        tech, control, state = self.model.p.capability, self.model.p.export_control, self.model.government
        if not self.rival:
            return self.compute + tech.compute_growth_controlling * WEEK
        span = tech.compute_growth_controlled - tech.compute_growth_floor
        rate = (
            tech.compute_growth_controlled
            - state.strength * span
            + control.stockpiling * max(state.expected_rise, 0.0) * span
            + state.domestic_learning()
        )
        return self.compute + rate * WEEK

    def bought_compute(self):
        """The closed loop: cash and revenue buy compute (G.3, G.4)."""
        p, state = self.model.p, self.model.government
        money, control, tech = p.capital, p.export_control, p.capability
        self.spending = money.spend_share * (self.cash + money.revenue_share * self.revenue)
        price = self.model.market.compute_price(self.model.years)
        if not self.rival:
            bought = self.spending / price
        else:
            price *= 1.0 + money.control_price_markup * state.strength
            share_of_sector = self.model.market.sector_scale(self.model.years) / len(self.model.rivals)
            demand = self.spending / price + money.state_compute * share_of_sector
            demand *= 1.0 + control.stockpiling * max(state.expected_rise, 0.0)
            # Where control bites, supply allows the stock to grow at the floor rate only.
            allowed = min(demand, self.stock * (tech.compute_growth_floor * LN10 + money.depreciation))
            imported = (1.0 - state.strength) * demand + state.strength * allowed
            substituted = money.state_compute_response * state.strength * share_of_sector
            learned = self.stock * state.domestic_learning() * LN10
            bought = imported + substituted + learned
        self.stock += (bought - money.depreciation * self.stock) * WEEK
        return math.log10(self.stock) + self.offset

    def discoveries(self, luck):
        """Own progress, spillovers from the best algorithms, diffusion of open weights, jumps."""
        tech, zeta = self.model.p.capability, self.model.p.export_control.induced_efficiency
        growth = tech.algorithmic_growth
        if self.rival:
            growth *= 1.0 + zeta * math.tanh(self.model.government.scarcity)
        if tech.jumps:
            # The mean of the jumps is taken out of smooth growth.
            growth -= self.model.chance.jump * tech.jump_mean / WEEK
        growth += tech.derivative_feedback * math.log1p(self.derivatives / 1000.0)
        best = max(lab.algorithms for lab in self.model.labs)
        growth += tech.spillover_rate * max(best - self.algorithms, 0.0)
        published = [lab.released_algorithms for lab in self.model.labs if not lab.closed]
        if published:
            growth += tech.open_diffusion_rate * max(max(published) - self.algorithms, 0.0)
        change = growth * WEEK
        if tech.jumps:
            if luck.jump[self.index] < self.model.chance.jump:
                change += -tech.jump_mean * math.log1p(-luck.jump_size[self.index])
        elif tech.algorithmic_noise:
            change += tech.algorithmic_noise * math.sqrt(WEEK) * luck.noise[self.index]
        return change

    def access_to(self, teacher):
        """Open weights are open to all; an API as far as terms, enforcement and access control let it."""
        if teacher is self:
            return 0.0
        if not teacher.closed:
            return 1.0
        p = self.model.p
        copying = p.distillation
        paying = 0.0 if self.is_banned_by(teacher) else copying.access * (1.0 - copying.unauthorised_share)
        barred = self.model.government.access.effective if self.rival and teacher.home else 0.0
        active = self.model.active_accounts(teacher.enforcement)
        unauthorised = copying.access * copying.unauthorised_share * active
        return paying + unauthorised * (1.0 - p.export_control.access_effect * barred)

    def is_banned_by(self, teacher):
        """Labs of the controlling bloc may refuse paying use from the controlled bloc."""
        return self.model.p.enforcement.ban_paying_access and self.rival and teacher.home

    def learned_from_teacher(self):
        """``D' = D + [kappa q a (theta_T - f - theta)+ - delta D] dt`` from the best teacher within reach."""
        copying = self.model.p.distillation
        ceiling = self.capability + copying.ceiling_margin
        gains = {
            other: self.access_to(other) * max(other.released_capability - ceiling, 0.0)
            for other in self.model.labs
        }
        best = max(gains.values())
        if best > 0.0 and copying.potency > 0.0:
            # A student pays its teacher for legitimate use; equal teachers share it.
            teachers = [other for other, gain in gains.items() if gain == best]
            paid = self.effort * copying.access * (1.0 - copying.unauthorised_share)
            for teacher in teachers:
                if not self.is_banned_by(teacher):
                    teacher.new_students += paid / len(teachers)
        rate = copying.potency * best * self.effort - copying.obsolescence * self.distilled
        return self.distilled + rate * WEEK

    def receive_weights(self, teacher_capability):
        """``D <- max(D, theta_T - f_th - (c + A))``."""
        margin = self.model.p.distillation.exfiltration_margin
        self.distilled = max(self.distilled, teacher_capability - margin - self.own_capability)

    def add_compute(self, amount):
        self.compute += amount
        self.stock *= 10.0**amount

    # -- releases ------------------------------------------------------------------------------------------

    def release(self, family_luck):
        """Publish the current model; it has an error of its own in each benchmark family."""
        self.released_capability = max(self.capability, self.released_capability)
        self.released_algorithms = self.algorithms
        self.family_error = [self.model.p.benchmarks.family_sd * draw for draw in family_luck]

    # -- what a lab knows ----------------------------------------------------------------------------------

    def look_at_logs(self, luck):
        """Flagged use of the API tells something about copying; students know it; other labs know nothing."""
        if self.student:
            self.share_estimate, self.share_sd = self.model.copied_share, SMALLEST_SHARE_SD
        elif self.has_api:
            activity = self.model.active_accounts(self.enforcement) / self.model.active_accounts(0.0)
            flags = poisson_quantile(luck, self.flag_rate(self.model.copied_share, activity))
            self.share_estimate, sd = self.posterior_of_share(flags, activity)
            self.share_sd = max(sd, SMALLEST_SHARE_SD)

    def flag_rate(self, share, activity):
        """``N_legal + N_copying (m/m_0) activity`` clusters of queries a week."""
        claims = self.model.p.claims
        return claims.flags_legal + claims.flags_copying * activity * share / self.model.p.beliefs.prior_share

    def posterior_of_share(self, flags, activity):
        """Mean and sd of m given the flags: Beta prior, Poisson likelihood, Gauss-Jacobi quadrature."""
        nodes = self.model.share_nodes
        logs = []
        for share, _weight in nodes:
            rate = max(self.flag_rate(share, activity), 1e-12)
            logs.append(flags * math.log(rate) - rate)
        top = max(logs)
        mass = [weight * math.exp(log - top) for (_share, weight), log in zip(nodes, logs, strict=True)]
        total = math.fsum(mass)
        mean = math.fsum(m * share for m, (share, _) in zip(mass, nodes, strict=True)) / total
        second = math.fsum(m * share * share for m, (share, _) in zip(mass, nodes, strict=True)) / total
        return mean, math.sqrt(max(second - mean * mean, 0.0))

    def form_estimates(self, gap_error, compute_error):
        super().form_estimates(gap_error, compute_error)
        self.estimate[1], self.estimate_sd[1] = self.share_estimate, self.share_sd

    # -- interest ------------------------------------------------------------------------------------------

    def log_value(self, gap, share, control, enforcement):
        """Log of the lab's value per unit of flow at given beliefs."""
        valuation = self.model.p.valuation
        factor = self.model.closing_factor(share, control, enforcement)
        years = self.model.catch_up_time(gap, self.model.closing_speed(self.model.sentiment.speed[0], factor))
        return math.log(self.annuity(self.model.after_catch_up(valuation.discount_less_growth, years)))

    def measure_slopes(self):
        """Central differences of the log value at the lab's own beliefs, not at the truth."""
        public = self.model.bulletin
        gap = self.estimate[0] + self.model.offset(self, public)
        share = self.model.sentiment.share[0] if math.isinf(self.share_sd) else self.share_estimate
        here = [gap, share, self.model.government.chips.expected, self.model.expected_enforcement]
        slopes = []
        for k in range(4):
            up, down = list(here), list(here)
            up[k] += STEP
            down[k] -= STEP
            slopes.append((self.log_value(*up) - self.log_value(*down)) / (2.0 * STEP))
        self.gap_slope, self.share_slope, self.control_slope, self.enforcement_slope = slopes

    def read_interest(self, response):
        """``M_z = d ln V/dz + (d ln V/dx)(dx/dz)``: directly, and through the policy that a belief brings."""
        p = self.model.p
        unannounced = 1.0 - self.model.announced_enforcement
        self.interest = [
            self.gap_slope + self.control_slope * response.chips_per_gap,
            self.share_slope
            + self.control_slope * response.chips_per_share
            + self.enforcement_slope * unannounced * response.access_per_share,
            0.0,
        ]
        self.lobbying = 0.0
        if self.home and p.policy.lobbying:
            kept = 1.0 - self.model.government.chips.leakage
            self.lobbying = clip(self.control_slope * kept / p.claims.lobby_cost, -1.0, 1.0)

    def choose_enforcement(self):
        """Move towards the effort whose value covers its cost; a review stands for several weeks."""
        p = self.model.p
        if p.enforcement.rule != "chosen":
            return
        wanted = 0.0
        if self.has_api:
            worth = self.enforcement_slope - p.enforcement.false_positive_cost
            wanted = clip(worth / p.enforcement.cost, 0.0, 1.0)
        moved = 1.0 - (1.0 - ENFORCEMENT_SPEED) ** p.claims.review_every
        self.enforcement += moved * (wanted - self.enforcement)

    # -- money ---------------------------------------------------------------------------------------------

    def annuity(self, after):
        """Value per unit of flow, given the weight of the time after catch-up; followers are mirrored."""
        rents = self.model.p.valuation
        if not self.rival:
            value = 1.0 - after + rents.catchup_rent * after
        elif self.model.p.capital.buys_compute:
            value = rents.catchup_rent * after + rents.home_rent
        else:
            value = rents.follower_rent * (1.0 - after) + rents.catchup_rent * after
        return max(value, SMALLEST_ANNUITY)

    def round_fraction(self):
        capital = self.model.p.capital
        return capital.round_fraction_controlled if self.rival else capital.round_fraction_controlling

    def raise_capital(self, luck):
        """A round at random times raises a share of the value; a year's cash is spent within the year."""
        p = self.model.p
        happens = p.rounds.enabled and luck[self.index] < self.model.chance.round
        if p.capital.buys_compute:
            self.cash += (self.round_fraction() * self.value if happens else 0.0) - self.cash * WEEK
        if happens:
            annuities = [self.annuity(investor.after[self.index]) for investor in self.model.investors]
            self.mark_to(self.scale * order_statistic(annuities, p.rounds.quantile))

    def mark_to(self, fair):
        """The reported value: premium over the marginal buyer's; no down-round above the threshold."""
        rounds = self.model.p.rounds
        reported = (1.0 + rounds.premium) * fair
        if not (1.0 - rounds.down_threshold) * self.mark <= reported < self.mark:
            self.mark = reported


def poisson_quantile(quantile, mean):
    """The smallest count whose distribution function reaches the quantile."""
    quantile, mean = min(quantile, 1.0 - 1e-12), max(mean, 1e-12)
    low, high = -1, 1
    while pdtr(high, mean) < quantile:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if middle >= 0 and pdtr(middle, mean) >= quantile else (middle, high)
    return high


def beta_quadrature(successes, failures, nodes=64):
    """Nodes and weights for a mean over Beta(a, b): ``[(share, weight), ...]``."""
    x, w = roots_jacobi(nodes, failures - 1.0, successes - 1.0)
    return list(zip((0.5 * (x + 1.0)).tolist(), (w / np.sum(w)).tolist(), strict=True))

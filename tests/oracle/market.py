"""The market for models, the price of compute, and the listed index."""

import math

from .arithmetic import clip, logistic, mean

#: Share of one adopter below which a lab's users never fall.
SMALLEST_USE = 0.5
#: Rent of a lab without the capital loop, in rents of a frontier lab, at the least.
SMALLEST_FLOW = 1e-9
#: Share of revenue that is left whatever enforcement and retaliation cost.
SMALLEST_KEPT = 1e-3
#: The sector's purchasing power is relative to mid-2025 (years after 2024.0).
REFERENCE_YEAR = 1.5


class ModelMarket:
    """Users by bloc, segment and lab; prices and revenue; one listed index."""

    def __init__(self, model):
        self.model = model
        self.users = [[[0 for _lab in model.labs] for _segment in range(2)] for _bloc in range(3)]
        self.initial_share = [1.0 / len(model.labs) for _lab in model.labs]
        self.fundamental = self.price = None
        self.misalignment = self.previous = 0.0
        self.fundamentalists = 0.5

    # -- money and compute ---------------------------------------------------------------------------------

    def market_size(self, years):
        """``min(M_0 exp(g t), M_max)``, bn US$ a year, t in years after 2024.0."""
        p = self.model.p.market
        return min(p.size_2024 * math.exp(p.growth * years), p.cap)

    def compute_price(self, years):
        """bn US$ per million H100-equivalents."""
        p = self.model.p.capital
        return p.compute_price_2024 * math.exp(-p.price_decline * years)

    def sector_scale(self, years):
        """How much compute the sector can buy, relative to mid-2025."""
        now = self.market_size(years) / self.compute_price(years)
        return now / (self.market_size(REFERENCE_YEAR) / self.compute_price(REFERENCE_YEAR))

    # -- users and revenue ---------------------------------------------------------------------------------

    def set_prices(self):
        """``ln p = ln p_0 + ln markup - ln ratio (open) + eta_p G+``, G: lead over the other bloc's best."""
        p, model = self.model.p, self.model
        best_home = max(lab.released_capability for lab in model.homes)
        best_rival = max(lab.released_capability for lab in model.rivals)
        for lab in model.labs:
            lead = lab.released_capability - (best_home if lab.rival else best_rival)
            ratio = 1.0 if lab.closed else p.market.closed_open_price_ratio
            premium = math.exp(p.market.premium_per_lead * max(lead, 0.0))
            lab.price = p.adoption.price_frontier * lab.markup / ratio * premium

    def count_users(self):
        self.users = [[[0 for _lab in self.model.labs] for _segment in range(2)] for _bloc in range(3)]
        for adopter in self.model.communities:
            self.users[adopter.bloc][adopter.segment][adopter.current] += 1

    def users_of(self, lab):
        return sum(self.users[bloc][segment][lab.index] for bloc in range(3) for segment in range(2))

    def share_of(self, lab):
        return self.users_of(lab) / sum(self.users_of(other) for other in self.model.labs)

    def share_in_bloc(self, lab, bloc):
        both = self.users[bloc]
        users = [both[0][other.index] + both[1][other.index] for other in self.model.labs]
        return users[lab.index] / max(sum(users), 1)

    def units(self, lab, segment):
        """Paying use of a lab in a segment: adopters, and students who count as developers."""
        users = sum(self.users[bloc][segment][lab.index] for bloc in range(3)) + SMALLEST_USE
        return users + (lab.paying_students if segment == 1 and lab.has_api else 0.0)

    def segment_spending(self, segment):
        return math.fsum(self.units(lab, segment) * lab.price for lab in self.model.labs)

    def earn(self):
        """``R_i = sum_k M_k n_ik p_i / sum_j n_jk p_j``, less the cost of enforcement and of retaliation."""
        p, model = self.model.p, self.model
        self.set_prices()
        self.size = self.market_size(model.years)
        spending = [self.segment_spending(segment) for segment in range(2)]
        for lab in model.labs:
            shares = (self.units(lab, segment) * lab.price / spending[segment] for segment in range(2))
            money = (self.size * model.segments[segment].share for segment in range(2))
            gross = math.fsum(share * sum_ for share, sum_ in zip(shares, money, strict=True))
            lab.kept = 1.0 - p.enforcement.false_positive_cost * lab.enforcement
            if lab.home:
                lab.kept *= 1.0 - p.policy.retaliation_cost * model.government.retaliation
            lab.kept = max(lab.kept, SMALLEST_KEPT)
            lab.revenue = gross * lab.kept

    def rent_flow(self, lab):
        """Without the capital loop: rent in rents of a frontier lab, by the lab's share of use (R12)."""
        p, model = self.model.p, self.model
        ratio = 1.0
        if p.adoption.enabled:
            floor = 1.0 / len(model.communities)
            ratio = max(self.share_of(lab), 1e-3 * floor) / max(self.initial_share[lab.index], floor)
        return max(ratio * (1.0 if lab.closed else p.valuation.open_rent) * lab.kept, SMALLEST_FLOW)

    # -- the listed index ----------------------------------------------------------------------------------

    def fundamental_value(self):
        """Log fundamental: chips bought and what control leaves of sales; without the loop, closed labs."""
        p, model = self.model.p, self.model
        if not p.capital.buys_compute:
            total = math.fsum(lab.value for lab in model.labs if lab.home and lab.closed)
            return math.log(max(total, 1e-12))
        efficiency = mean(investor.believed_efficiency() for investor in model.investors)
        own = 10.0 ** (-(1.0 - p.listed.believed_demand_elasticity) * efficiency)
        share = p.vendor.controlled_sales_share
        abroad = share / (1.0 - share) * (1.0 - model.government.chips.announced)
        return math.log(max(math.fsum(lab.spending for lab in model.labs), 1e-12)) + math.log(own + abroad)

    def trade(self, fundamental_luck, chartist_luck):
        """News passes through; then five days of chartists and fundamentalists (Franke & Westerhoff 2012)."""
        p, fundamental = self.model.p.listed, self.fundamental_value()
        if self.fundamental is None:
            self.fundamental = fundamental
        news = clip(fundamental - self.fundamental, -0.5, 0.5)
        self.fundamental += news
        if p.rule == "fundamental":
            self.price = self.fundamental
            return
        # The misalignment z = price - fundamental; today's and yesterday's price miss the unpriced news.
        z, before, n = self.misalignment, self.previous, self.fundamentalists
        z -= (1.0 - p.news_pass_through) * news
        before -= (1.0 - p.news_pass_through) * news
        for day in range(5):
            demand_f = -p.phi * z + p.sigma_f * fundamental_luck[day]
            demand_c = p.chi * (z - before) + p.sigma_c * chartist_luck[day]
            tomorrow = z + p.mu * (n * demand_f + (1.0 - n) * demand_c)
            n = logistic(p.beta * (p.alpha_0 + p.alpha_n * (n - (1.0 - n)) + p.alpha_p * z * z))
            before, z = z, tomorrow
        self.misalignment, self.previous, self.fundamentalists = z, before, n
        self.price = self.fundamental + z

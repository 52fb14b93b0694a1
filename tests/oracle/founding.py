"""The world before the first week: labs, receivers, market, all at their own equilibrium."""

import math

from sim.network import receiver_network

from .arithmetic import mean
from .dated import Calendar
from .government import Government
from .lab import Lab
from .market import ModelMarket
from .media import Media
from .office import STEPS, BenchmarkOffice
from .receivers import Community, Investor, Policymaker, Receiver
from .source import Commentator, Vendor

SMALLEST_GAP = 0.05
SHORTEST_REFERENCE = 0.1
GOLDEN_TURN = 0.6180339887498949


class Founding:
    """Part of the model: founds the agents and institutions, and ends the burn-in."""

    def found(self):
        self.sources, self.labs = [], []
        self.found_sources()
        self.government = Government(self)
        self.found_labs()
        self.found_receivers()
        self.media, self.market, self.calendar = Media(self), ModelMarket(self), Calendar(self)
        self.office = BenchmarkOffice(self)
        self.office.evaluate(self.week - 1, self.labs, [])
        self.office.scoring_steps = STEPS
        self.bulletin = self.office.bulletin(True, self.initial_gap, 1.0, None)
        self.bulletin.new, self.bulletin.surprise = False, 0.0
        self.read_later = [self.bulletin] * self.p.beliefs.policy_delay
        self.found_market()
        self.sentiment, self.carriers = self.mood(), [0.0] * 6
        self.logs_read, self.interests_read, self.references = False, False, []
        self.expect_enforcement()
        self.found_capital()

    def found_sources(self):
        p = self.p
        for name, description in p.labs.items():
            if description.enabled:
                Lab(self, name, description)
        self.homes = [lab for lab in self.labs if lab.home]
        self.rivals = [lab for lab in self.labs if lab.rival]
        if p.vendor.enabled:
            vendor = p.vendor
            policy = p.claims.policy if vendor.claim_policy == "default" else vendor.claim_policy
            Vendor(self, vendor.name, vendor.bloc, policy, vendor.reach, p.credibility.initial_trust)
        for name, description in p.sources.items():
            Commentator(self, name, description)
        self.sort_policies()

    def sort_policies(self):
        """Whether anybody speaks, and whether anybody has a use for interests."""
        p, policies = self.p, {source.policy for source in self.sources}
        self.somebody_may_claim = bool(policies - {"none", "relay"})
        self.interests_matter = "strategic" in policies or p.policy.lobbying or p.enforcement.rule == "chosen"

    def found_labs(self):
        """Copying at its steady state; in iso-lag worlds the observed gap does not depend on its potency."""
        p, copying = self.p, self.p.distillation
        effort = p.enforcement.level if p.enforcement.rule == "fixed" else 0.0
        paying = copying.access * (1.0 - copying.unauthorised_share)
        unauthorised = copying.access * copying.unauthorised_share * self.active_accounts(effort)
        left = 1.0 - p.export_control.access_effect * self.government.access.initial
        ratio = {}
        for lab in self.labs:
            # The best teacher is of the controlling bloc: only students of the controlled bloc are barred.
            access = paying + unauthorised
            if lab.rival:
                access = (0.0 if p.enforcement.ban_paying_access else paying) + unauthorised * left
            ratio[lab] = copying.potency * access * lab.effort / copying.obsolescence
        best_home = max(lab.own_capability for lab in self.homes)
        if copying.iso_lag:
            observed = self.wanted_gap()
            strongest = max(ratio[lab] for lab in self.rivals)
            wanted = observed + strongest * max(observed - copying.ceiling_margin, 0.0)
            shift = self.iso_lag_shift + wanted - (best_home - max(lab.own_capability for lab in self.rivals))
            for lab in self.rivals:
                lab.compute -= shift
        if copying.initial_share_at_steady_state:
            for lab in self.labs:
                lead = max(best_home - lab.own_capability - copying.ceiling_margin, 0.0)
                lab.distilled = ratio[lab] * lead / (1.0 + ratio[lab])
        selective = self.luck.once("labs.selective_reporting").random(len(self.labs))
        family = self.luck.normal("labs.model_family", self.week - 1, 4 * len(self.labs))
        for lab in self.labs:
            lab.released_capability, lab.released_algorithms = lab.capability, lab.algorithms
            lab.selective = selective[lab.index] < p.benchmarks.gaming_share
            lab.family_error = [p.benchmarks.family_sd * e for e in family[4 * lab.index : 4 * lab.index + 4]]
        gap = max(lab.capability for lab in self.homes) - max(lab.capability for lab in self.rivals)
        self.initial_gap = SMALLEST_GAP if abs(gap) < SMALLEST_GAP else gap
        self.initial_compute_gap = self.compute_gap()

    def found_receivers(self):
        """Three groups on a network of small worlds; beliefs start around the initial gap."""
        p, size = self.p, self.p.size
        self.group_sizes = (size.investors, size.policymakers, size.communities)

        def drawn(name, part, count):
            return self.luck.once(name, part).standard_normal(count).tolist()

        prior_gap = self.initial_gap if p.beliefs.prior_gap is None else p.beliefs.prior_gap
        gaps, leanings = [], []
        for part, count in enumerate(self.group_sizes):
            gaps += [prior_gap + p.beliefs.dispersion * e for e in drawn("beliefs.initial_gap", part, count)]
            leanings += [1.0 if e >= 0.0 else -1.0 for e in drawn("beliefs.leaning", part, count)]
        security = drawn("policy.security_weight", 0, size.policymakers)
        for slot in range(sum(self.group_sizes)):
            start = (self, slot, gaps[slot], leanings[slot])
            if slot < size.investors:
                Investor(*start)
            elif slot < size.investors + size.policymakers:
                weight = max(1.0 + p.policy.security_weight_sd * security[slot - size.investors], 0.2)
                Policymaker(*start, weight)
            else:
                Community(*start, *self.place_of(slot - size.investors - size.policymakers))
        kinds = (Investor, Policymaker, Community)
        self.investors, self.policymakers, self.communities = (
            self.agents_by_type[kind].to_list() for kind in kinds
        )
        self.groups = [self.investors, self.policymakers, self.communities]
        self.receivers = self.agents.select(agent_type=Receiver).to_list()
        if p.media.contagion or p.social.rule != "none":
            network = receiver_network(
                self.group_sizes, p.social.degree, p.social.rewiring, p.social.cross_degree, self.luck.streams
            )
            for receiver in self.receivers:
                first, end = network.indptr[receiver.slot], network.indptr[receiver.slot + 1]
                receiver.neighbours = [self.receivers[other] for other in network.indices[first:end]]

    def place_of(self, number):
        """Bloc and segment of an adopter, by quota; segments alternate evenly (golden ratio)."""
        blocs, shares = self.p.blocs, self.p.adoption.bloc_shares
        elsewhere = ({"us", "cn", "other"} - {blocs.controlling, blocs.controlled}).pop()
        position = (number + 0.5) / self.p.size.communities
        first = getattr(shares, blocs.controlling)
        bloc = 0 if position < first else 1 if position < first + getattr(shares, blocs.controlled) else 2
        assert elsewhere == "other"
        return bloc, 0 if number * GOLDEN_TURN % 1.0 < self.segments[0].share else 1

    def found_market(self):
        """Prices, first choices by logit, and the shares of use that come out."""
        self.market.set_prices()
        luck = self.luck.once("adoption.first_choice").random(len(self.communities)).tolist()
        for adopter, quantile in zip(self.communities, luck, strict=True):
            adopter.start_with(quantile)
        self.market.count_users()
        self.market.initial_share = [self.market.share_of(lab) for lab in self.labs]

    def found_capital(self):
        """Cash and compute on the balanced path without control; the offset ties stock to capability."""
        p, money = self.p, self.p.capital
        self.market.earn()
        self.appraise()
        price = self.market.compute_price(self.years)
        state = money.state_compute * self.market.sector_scale(self.years) / max(len(self.rivals), 1)
        for lab in self.labs:
            lab.cash = p.rounds.rate * lab.round_fraction() * lab.value / (1.0 + p.market.growth)
            lab.spending = money.spend_share * (lab.cash + money.revenue_share * lab.revenue)
            bought = max(lab.spending / price + (state if lab.rival else 0.0), 1e-9)
            lab.stock = bought / (money.depreciation + p.market.growth + money.price_decline)
            lab.offset = lab.compute - math.log10(lab.stock)

    def end_burn_in(self):
        """The start is the control's own equilibrium; the multiple's reference is the bloc's mean in the burn-in."""
        self.government.calibrate()
        self.in_burn_in = False
        self.start_frontier = max(lab.released_capability for lab in self.labs)
        if self.references:
            self.reference = mean(self.references)
        discount = self.p.valuation.discount_less_growth
        self.reference = min(self.reference, self.after_catch_up(discount, SHORTEST_REFERENCE))
        self.recorder.reference = self.market.price

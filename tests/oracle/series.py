"""The registered outputs, worked out from the state of the agents at the end of each week."""

import math

from .arithmetic import mean
from .receivers import COMMUNITIES, INVESTORS, POLICYMAKERS
from .statements import CALL, COPYING, COST, MOAT, MOTIVE, PARITY

GROUPS = {"investors": INVESTORS, "policymakers": POLICYMAKERS, "communities": COMMUNITIES}
NAMES = {"parity": PARITY, "moat": MOAT, "copying": COPYING, "cost": COST, "control": CALL, "motive": MOTIVE}


def best(values):
    values = list(values)
    return max(values) if values else math.nan


class Recorder:
    """Weekly values of every output."""

    def __init__(self, model):
        self.model, self.weeks, self.frontier, self.reference = model, [], [], None
        self.log_price, self.log_fundamental, self.released_gaps = [], [], []

    def record(self):
        model = self.model
        values = {}
        for part in (capability, beliefs, money, policy, narratives, adoption):
            values |= part(model)
        self.weeks.append(values)
        self.frontier.append(max(lab.compute for lab in model.labs))
        self.released_gaps.append(model.released_gap())
        self.log_price.append(model.market.price)
        self.log_fundamental.append(model.market.fundamental)

    def series(self):
        columns = {name: [week[name] for week in self.weeks] for name in self.weeks[0]}
        reference = self.log_fundamental[0] if self.reference is None else self.reference
        columns["listed_index"] = [math.exp(price - reference) for price in self.log_price]
        columns["listed_fundamental"] = [math.exp(value - reference) for value in self.log_fundamental]
        columns["frontier_compute_growth"] = self.frontier_growth()
        return columns

    def frontier_growth(self):
        """OOM a year over the last 52 weeks, or over as many as there are."""
        growth = []
        for now in range(len(self.frontier)):
            now = max(now, 1)
            since = max(now - 52, 0)
            if len(self.frontier) == 1:
                growth.append(0.0)
            else:
                growth.append((self.frontier[now] - self.frontier[since]) * 52.0 / (now - since))
        return growth


def us(model):
    return [lab for lab in model.labs if lab.bloc == "us"]


def cn(model):
    return [lab for lab in model.labs if lab.bloc == "cn"]


def sign(model):
    """Gaps are reported as US minus China, whoever controls."""
    return 1.0 if model.p.blocs.controlling == "us" else -1.0


def capability(model):
    gap = sign(model) * model.gap
    tech = model.p.capability
    return {
        "capability_us_best": best(lab.capability for lab in us(model)),
        "capability_cn_best": best(lab.capability for lab in cn(model)),
        "capability_open_best": best(lab.released_capability for lab in model.labs if not lab.closed),
        "gap": gap,
        "gap_months": 12.0 * gap / (tech.compute_growth_controlling + tech.algorithmic_growth),
        "released_gap": best(lab.released_capability for lab in us(model))
        - best(lab.released_capability for lab in cn(model)),
        "released_capability_us_best": best(lab.released_capability for lab in us(model)),
        "released_capability_cn_best": best(lab.released_capability for lab in cn(model)),
        "released_capability_closed_best": best(lab.released_capability for lab in model.labs if lab.closed),
        "copied_share": model.copied_share,
        "compute_cn_over_us": 10.0
        ** (best(lab.compute for lab in cn(model)) - best(lab.compute for lab in us(model))),
        "score_gap": sign(model) * model.bulletin.gap,
        "surprise": sign(model) * model.bulletin.surprise,
        "win_rate_gap": best(model.office.win_rate(lab) for lab in us(model))
        - best(model.office.win_rate(lab) for lab in cn(model)),
    }


def beliefs(model):
    mood, values = model.sentiment, {}
    for name, group in GROUPS.items():
        values[f"believed_gap_{name}"] = sign(model) * mood.gap[group]
        values[f"believed_copied_share_{name}"] = mood.share[group]
        values[f"believed_closing_speed_{name}"] = sign(model) * mood.speed[group]
    values["believed_compute_gap_investors"] = sign(model) * mood.compute[0]
    z = (model.p.benchmarks.parity_margin - mood.gap[0]) / math.sqrt(mood.gap_variance)
    values["parity_probability_investors"] = 0.5 * math.erfc(-z / math.sqrt(2.0))
    return values


def money(model):
    values = {}
    for name, labs in (("us", us(model)), ("cn", cn(model))):
        value, flow = math.fsum(lab.value for lab in labs), math.fsum(lab.flow for lab in labs)
        values[f"valuation_{name}_labs"] = value
        values[f"revenue_{name}_labs"] = math.fsum(lab.revenue for lab in labs)
        values[f"valuation_multiple_{name}"] = value / flow if flow else math.nan
    return values


def policy(model):
    state = model.government
    return {
        "control_strength_chips": state.chips.announced,
        "control_strength_access": state.access.announced,
        "control_effective_chips": state.chips.effective,
        "control_target_chips": state.chips.target,
        "issue_attention": state.attention,
        "lobbying": math.fsum(source.lobbying for source in model.sources),
        "counter_measures_cn": state.counter_measures,
    }


def narratives(model):
    values = {}
    for name, k in NAMES.items():
        values[f"claims_{name}"] = model.coverage.shares[k]
        values[f"carriers_{name}"] = model.carriers[k]
    for name, labs in (("us", us(model)), ("cn", cn(model))):
        trust = [value for lab in labs for by_group in lab.trust for value in by_group]
        values[f"credibility_{name}_labs"] = mean(trust) if trust else math.nan
        efforts = [lab.enforcement for lab in labs if lab.closed]
        values[f"enforcement_{name}_labs"] = mean(efforts) if efforts else 0.0
    return values


def adoption(model):
    market, opened = model.market, [lab for lab in model.labs if not lab.closed]
    shut = [lab for lab in model.labs if lab.closed]
    by_segment = []
    for segment in range(2):
        users = [sum(market.users[bloc][segment][lab.index] for bloc in range(3)) for lab in model.labs]
        by_segment.append(sum(users[lab.index] for lab in opened) / max(sum(users), 1))
    return {
        "open_share": math.fsum(market.share_of(lab) for lab in opened),
        "cn_open_share": math.fsum(market.share_of(lab) for lab in opened if lab.bloc == "cn"),
        "open_share_enterprise": by_segment[0],
        "open_share_developer": by_segment[1],
        "price_ratio_closed_open": mean(lab.price for lab in shut) / mean(lab.price for lab in opened)
        if opened and shut
        else math.nan,
        "bifurcation": bifurcation(model),
        "api_revenue_from_rivals": api_revenue(model),
    }


def bifurcation(model):
    """1 less the cross-bloc share of spending, over its value if buyers mixed at random."""
    users = model.market.users

    def spent(bloc, labs):
        return math.fsum(sum(users[bloc][s][lab.index] for s in range(2)) * lab.price for lab in labs)

    home_on_home, home_on_rival = spent(0, model.homes), spent(0, model.rivals)
    rival_on_home, rival_on_rival = spent(1, model.homes), spent(1, model.rivals)
    total = max(home_on_home + home_on_rival + rival_on_home + rival_on_rival, 1e-12)
    cross = (home_on_rival + rival_on_home) / total
    home_buyers, rival_buyers = (
        (home_on_home + home_on_rival) / total,
        (rival_on_home + rival_on_rival) / total,
    )
    home_sales, rival_sales = (home_on_home + rival_on_home) / total, (home_on_rival + rival_on_rival) / total
    return 1.0 - cross / max(home_buyers * rival_sales + rival_buyers * home_sales, 1e-12)


def api_revenue(model):
    """What the controlled bloc's adopters, and students, pay to closed labs of the controlling bloc."""
    market, total = model.market, 0.0
    for segment in range(2):
        money = market.size * model.segments[segment].share / market.segment_spending(segment)
        for lab in model.labs:
            if lab.home and lab.closed:
                units = market.users[1][segment][lab.index] + (lab.paying_students if segment == 1 else 0.0)
                total += money * units * lab.price * lab.kept
    return total

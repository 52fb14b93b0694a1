"""The media: versions of narratives and the attention they get."""

import math
from dataclasses import dataclass, field

from .arithmetic import clip
from .statements import COMPUTE, COPYING, COST, GAP, MOAT, MOTIVE, NARRATIVES, PARITY, SHARE

FORGOTTEN_AFTER = 13
#: The quantity that a narrative is about; narratives about one quantity compete with each other.
TOPIC = {PARITY: "gap", MOAT: "gap", COPYING: "share", COST: "share", 4: "call", 5: "motive"}


@dataclass
class Content:
    """Weights and weighted values that a version gives to one receiver group."""

    weight: float = 0.0
    total: float = 0.0

    def add(self, weight, value):
        self.weight += weight
        self.total += weight * value

    @property
    def value(self):
        return self.total / self.weight


def for_each_group():
    return [Content(), Content(), Content()]


@dataclass
class Version:
    """The current version of a narrative: its age, its reach, and what it says to each receiver group."""

    age: float = 1000.0
    reach: float = 0.0
    gap: list = field(default_factory=for_each_group)
    speed: list = field(default_factory=for_each_group)
    share: list = field(default_factory=for_each_group)
    compute: list = field(default_factory=for_each_group)
    #: (target, quantity) -> content by group
    bias: dict = field(default_factory=dict)


@dataclass
class Coverage:
    new: list
    shares: list


class Media:
    """Compiles a week's statements into versions and shares out attention."""

    def __init__(self, model):
        self.model = model
        self.versions = [Version() for _ in NARRATIVES]

    def publish(self, statements, surprise, carriers):
        """New versions start, others age; attention goes by novelty, surprise, reach and carriers."""
        speakers = statements.narratives()
        for k in NARRATIVES:
            self.versions[k].age += 1.0
            if k in speakers:
                reach = max(source.reach for source in speakers[k])
                self.versions[k] = Version(age=0.0, reach=reach)
        self.compile(statements)
        live = [k for k in NARRATIVES if self.versions[k].age < FORGOTTEN_AFTER or carriers[k] > 0.0]
        p = self.model.p.media
        pull = {}
        for k in live:
            version = self.versions[k]
            score = (
                p.weight_novelty * math.exp(-version.age / p.novelty_time)
                + p.weight_surprise * min(abs(surprise), 4.0)
                + p.weight_reach * math.log(max(version.reach, 1e-3))
                + p.weight_infected * carriers[k]
            )
            pull[k] = math.exp(score)
        shares = [0.0] * 6
        for k in live:
            rivals = [pull[other] for other in live if self.compete(k, other)]
            shares[k] = pull[k] / (math.exp(p.other_news) + math.fsum(rivals))
        return Coverage([k in speakers for k in NARRATIVES], shares)

    def compete(self, one, other):
        rule = self.model.p.media.competition
        return one == other or rule == "all" or (rule == "within_quantity" and TOPIC[one] == TOPIC[other])

    # -- contents ------------------------------------------------------------------------------------------

    def compile(self, statements):
        """What each version says: claims weighted by each group's trust, less the bias it expects."""
        for claim in statements.claims.values():
            version = self.versions[claim.narrative]
            for group in range(3):
                if claim.quantity == GAP:
                    taken = claim.value - self.discount(claim, group, GAP)
                    version.gap[group].add(self.precision(claim.source, group, GAP), taken)
                elif claim.quantity == SHARE:
                    taken = clip(claim.value - self.discount(claim, group, SHARE), 0.0, 1.0)
                    counts = self.model.p.beliefs.claim_counts * claim.source.trust[group][SHARE]
                    version.share[group].add(counts, taken)
                elif claim.quantity == COMPUTE:
                    known = (
                        0.0 if self.model.p.beliefs.bias_learning else self.discount(claim, group, COMPUTE)
                    )
                    version.compute[group].add(self.precision(claim.source, group, GAP), claim.value - known)
        for speed in statements.speeds.values():
            for group in range(3):
                content = self.versions[speed.narrative].speed[group]
                content.add(self.precision(speed.source, group, GAP), speed.value)
        for motive in statements.motives.values():
            about = self.versions[MOTIVE].bias.setdefault(
                (motive.target.slot, motive.quantity), for_each_group()
            )
            for group in range(3):
                about[group].add(self.precision(motive.source, group, motive.quantity), motive.value)

    def precision(self, source, group, quantity):
        """``tau/(sigma_y^2 + sigma_0^2)``."""
        p = self.model.p
        return max(source.trust[group][quantity], 1e-3) / (p.claims.stated_sd**2 + p.beliefs.claim_noise**2)

    def discount(self, claim, group, quantity):
        """``omega b_hat``; without learning receivers know the bias."""
        p = self.model.p
        expected = claim.source.believed_bias[group][quantity] if p.beliefs.bias_learning else claim.bias
        return p.claims.sophistication * expected

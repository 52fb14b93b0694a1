"""What sources say in a week: claims with a number, calls for control, claims about others' motives."""

from dataclasses import dataclass, field

GAP, SHARE, COMPUTE = range(3)
PARITY, MOAT, COPYING, COST, CALL, MOTIVE = range(6)
NARRATIVES = range(6)


@dataclass
class Claim:
    """A number about the gap, the copied share or the compute gap."""

    source: object
    quantity: int
    value: float
    bias: float
    upward: bool

    @property
    def narrative(self):
        if self.quantity == GAP:
            return MOAT if self.upward else PARITY
        if self.quantity == SHARE:
            return COPYING if self.upward else COST
        return COST


@dataclass
class MotiveClaim:
    """The speaker states how far another source's claims are biased."""

    source: object
    target: object
    quantity: int
    value: float


@dataclass
class SpeedClaim:
    """A number about the speed at which the gap closes (dated claims only)."""

    source: object
    value: float
    narrative: int


@dataclass
class Statements:
    """Everything said in one week; a source has one claim a quantity, one call, one motive claim."""

    claims: dict = field(default_factory=dict)
    calls: dict = field(default_factory=dict)
    motives: dict = field(default_factory=dict)
    speeds: dict = field(default_factory=dict)

    def add(self, claim):
        self.claims[claim.source.slot, claim.quantity] = claim

    def narratives(self):
        """The sources behind each narrative this week: ``{narrative: [source, ...]}``."""
        speakers = {}
        for claim in self.claims.values():
            speakers.setdefault(claim.narrative, []).append(claim.source)
        for speed in self.speeds.values():
            speakers.setdefault(speed.narrative, []).append(speed.source)
        for source, _direction in self.calls.values():
            speakers.setdefault(CALL, []).append(source)
        for motive in self.motives.values():
            speakers.setdefault(MOTIVE, []).append(motive.source)
        return speakers

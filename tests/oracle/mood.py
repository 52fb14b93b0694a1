"""The public mood: mean beliefs of each receiver group, read a week later by sources and the office."""

from .arithmetic import mean


class Mood:
    """Mean beliefs of investors, policymakers and communities."""

    def __init__(self, groups):
        self.gap = [mean(member.gap for member in members) for members in groups]
        self.share = [mean(member.share for member in members) for members in groups]
        self.speed = [mean(member.speed for member in members) for members in groups]
        self.compute = [mean(member.compute_gap for member in members) for members in groups]
        self.gap_variance = mean(member.gap_variance for member in groups[0])
        self.counts = mean(member.successes + member.failures for member in groups[0])

    def of(self, quantity):
        return (self.gap, self.share, self.compute)[quantity][0]

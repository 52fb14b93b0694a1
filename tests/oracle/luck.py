"""The random draws which both implementations share, as plain lists for one world."""

from sim.randomness import Streams


class Luck:
    """Draws by name and week."""

    def __init__(self, seed):
        self.streams = Streams([seed])

    def uniform(self, name, week, *sizes):
        return self.streams.uniform(name, week, *sizes)[0].tolist()

    def normal(self, name, week, *sizes):
        return self.streams.normal(name, week, *sizes)[0].tolist()

    def once(self, name, part=0):
        """A generator for something drawn once, before the first week."""
        return self.streams.generator(name, 0, part)

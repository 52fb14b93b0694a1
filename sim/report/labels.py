"""What factors and outcomes of a sweep are called in figures, tables and sentences."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.report import numbers

if TYPE_CHECKING:
    from sim.experiments.sweep.factors import Factor
    from sim.experiments.sweep.outcomes import Outcome

#: Units that say nothing to a reader.
SILENT = {"1", "", "switch", "choice", "name", "text"}
_REMARK = re.compile(r" \([^()]*\)")
_RENT = re.compile(r"bn US\$ \((years of rent) without the capital loop\)")


@dataclass(frozen=True)
class Label:
    """One factor, group of factors, or outcome: its column's name, what it is, its unit."""

    name: str
    text: str = ""
    unit: str = ""

    @property
    def with_unit(self) -> str:
        """Name and unit: ``lag (months)``."""
        return f"{self.name} ({self.unit})" if self.unit else self.name

    def in_lines(self, width: int = 20) -> str:
        """Name and unit, the unit in a line of its own if both are long."""
        parts = [self.name, joined(self.unit)]
        return (" " if len(" ".join(parts)) <= width else "\n").join(parts).strip()

    def axis(self, width: int = 38, lines: int = 2) -> str:
        """Name, and below it what it is and in which unit, broken into lines for an axis."""
        return "\n".join([self.name, *described(self.text, self.unit, width, lines)])


@dataclass(frozen=True)
class Labels:
    """Labels of the factors, groups and outcomes of a sweep, by name; unknown names stand for themselves."""

    factors: Mapping[str, Factor]
    outcomes: Mapping[str, Outcome]
    years_of_rent: bool = False
    """Values are counted in years of rent: the base has no capital loop."""

    @classmethod
    def of(cls, factors: Iterable[Factor], outcomes: Iterable[Outcome], base: Any = None) -> Labels:
        """Labels for the factors and outcomes of a sweep with that base scenario."""
        rent = base is not None and not base.capital.buys_compute
        return cls({each.name: each for each in factors}, {each.name: each for each in outcomes}, rent)

    def factor(self, name: str) -> Label:
        """Label of a factor, of a group of them, or of one label of a choice (``claims=strategic``)."""
        if name in self.factors:
            factor = self.factors[name]
            return Label(name, sentence(factor.description), self.unit(factor.unit))
        members = [each.name for each in self.factors.values() if each.group == name]
        if members:
            return Label(name, f"group: {numbers.few(members, 4)}")
        return Label(name)

    def outcome(self, name: str) -> Label:
        """Label of an outcome."""
        found = self.outcomes.get(name)
        return (
            Label(name) if found is None else Label(name, sentence(found.description), self.unit(found.unit))
        )

    def unit(self, unit: str) -> str:
        """Unit without its remark, and nothing for a pure number."""
        if self.years_of_rent:
            unit = _RENT.sub(r"\1", unit)
        short = _REMARK.sub("", unit)
        return "" if short in SILENT else short


def joined(unit: str) -> str:
    """A unit in brackets that no line break parts; nothing for a pure number."""
    return f"({unit.replace(' ', numbers.JOIN)})" if unit else ""


def sentence(text: str) -> str:
    """A description with a capital letter and without its full stop."""
    plain = text.strip().rstrip(".")
    return plain[:1].upper() + plain[1:]


def shown_value(value: Any, digits: int = 4) -> str:
    """A value of a factor as short as it can be."""
    if hasattr(value, "item"):
        value = value.item()
    if value is None or value != value:
        return numbers.DASH
    if isinstance(value, bool):
        return "on" if value else "off"
    return numbers.plain(value, digits) if isinstance(value, int | float) else str(value)


def value_range(factor: Factor) -> str:
    """What a factor is varied over: ``0 to 0.9``, ``1 to 100 (log)``, ``sincere, strategic``."""
    if factor.values is not None:
        return ", ".join(shown_value(value) for value in factor.values)
    kind = ["whole numbers"] if factor.kind == "integer" else []
    kind += ["log scale"] if factor.scale == "log" else []
    remark = f" ({', '.join(kind)})" if kind else ""
    return f"{shown_value(factor.low)} to {shown_value(factor.high)}{remark}"


def provenance(factor: Factor) -> str:
    """Where the base value of a factor comes from: status and source of its parameters."""
    from sim.scenario import parameter_info

    found = [info for key in factor.moved if (info := parameter_info(key)) is not None]
    return "; ".join(dict.fromkeys(f"[{info.status}] {info.provenance}" for info in found))


def described(text: str, unit: str, width: int, lines: int) -> list[str]:
    """A description with its unit in at most so many lines; a long one is cut, its unit never."""
    end = joined(unit)
    words = text.split()
    found = wrapped(" ".join([*words, end]), width, lines)
    while words and end and not (found and found[-1].endswith(end)):
        words.pop()
        found = wrapped(" ".join([*words, "…", end]), width, lines)
    return found


def wrapped(text: str, width: int, lines: int) -> list[str]:
    """A text in at most so many lines, the last one shortened if need be."""
    return textwrap.wrap(text, width, max_lines=lines, placeholder=" …", break_long_words=True)


def common_unit(labels: Sequence[Label]) -> str:
    """The unit that all of them share, or nothing."""
    units = {label.unit for label in labels}
    return units.pop() if len(units) == 1 else ""


def file_name(text: str) -> str:
    """A text as part of a file's name."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", text).strip("-.")[:60] or "unnamed"

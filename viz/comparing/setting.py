"""Settings on top of a scenario, one ``key=value`` each, and what the schema knows about them."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.scenario import flat_values, parameter_info
from viz import choices, uploads

if TYPE_CHECKING:
    from sim import Scenario
    from sim.scenario import ParameterInfo

#: Letters of an entry of the list of parameters.
LONGEST = 100


@dataclass(frozen=True)
class Line:
    """One setting."""

    key: str
    text: str

    @property
    def info(self) -> ParameterInfo | None:
        """What the schema knows about the key."""
        return parameter_info(self.key)

    @property
    def line(self) -> str:
        """As the command line takes it."""
        return f"{self.key}={self.text}"

    @property
    def problem(self) -> str:
        """Why the value cannot be; empty where it can, as far as the parameter alone tells."""
        info = self.info
        if info is None or info.kind not in ("number", "whole number"):
            return ""
        value = uploads.value_of(self.text.strip())
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            return f"“{self.text[:30]}” is no number"
        if info.kind == "whole number" and not isinstance(value, int):
            return f"{self.text[:30]} is no whole number"
        if (info.minimum is not None and value < info.minimum) or (
            info.maximum is not None and value > info.maximum
        ):
            return f"{self.text[:30]} is outside {bounds(info)}"
        return ""


def split(line: str) -> Line | None:
    """A line of settings; None where it is none."""
    key, equals, value = line.partition("=")
    return Line(key.strip(), value.strip()) if equals and key.strip() else None


def bounds(info: ParameterInfo) -> str:
    """What a value may be, with its unit."""
    unit = "" if info.unit in ("1", "choice", "switch", "name") else f" {info.unit}"
    low, high = info.minimum, info.maximum
    if low is not None and high is not None:
        return f"{low:g} to {high:g}{unit}"
    if low is not None:
        return f"{low:g} or more{unit}"
    return f"{high:g} or less{unit}" if high is not None else f"any number{unit}"


def written(value: Any) -> str:
    """A value as the command line takes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else json.dumps(value)


def values(scenario: Scenario) -> dict[str, Any]:
    """Every parameter of a scenario that can be set here, by key."""
    flat = flat_values(scenario.resolved())
    return {
        key: value for key, value in flat.items() if value is not None and parameter_info(key) is not None
    }


def offered(held: dict[str, Any], taken: set[str]) -> list[dict[str, Any]]:
    """Entries of the list of parameters: those often changed first, then all in the order of the schema."""
    often = [control for control in choices.CONTROLS if control.key in held and control.key not in taken]
    items: list[dict[str, Any]] = [{"header": "Often changed"}] if often else []
    items += [{"text": f"{control.label} · {control.key}", "value": control.key} for control in often]
    listed, section = taken | {control.key for control in often}, ""
    for key in held:
        if key in listed:
            continue
        if key.partition(".")[0] != section:
            section = key.partition(".")[0]
            items.append({"header": section.replace("_", " ").capitalize()})
        info = parameter_info(key)
        text = f"{key} · {info.description if info else ''}"
        items.append({"text": text if len(text) <= LONGEST else text[: LONGEST - 1] + "…", "value": key})
    return items

"""Why two scenarios part, in words: what differs between them, and the first events in which pair 0 differs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.scenario import differing_events, differing_values, parameter_info
from viz import feed, wording
from viz.comparing import parting

if TYPE_CHECKING:
    from sim import Comparison, Scenario
    from sim.scenario import ParameterInfo
    from viz.comparing.running import Result

ARTICLES = {"evaluation": "an evaluation", "election": "an election", "control_act": "an act of control"}
#: Events of a week that are told.
MOST = 4
#: Numbers of an event that can differ.
NUMBERS = ("value", "bias", "effect")


@dataclass(frozen=True)
class Setting:
    """A parameter that A and B have different values of."""

    key: str
    a: str
    b: str
    unit: str
    meaning: str


@dataclass(frozen=True)
class Dated:
    """A dated event that only one of the two scenarios has."""

    week: int
    who: str
    words: str


@dataclass(frozen=True)
class Cause:
    """What differs between the scenarios, and what follows in pair 0."""

    settings: list[Setting]
    dated: list[Dated]
    burn_in: int
    #: First week in which an output of pair 0 differs in any digit, in the burn-in too.
    apart: int | None
    lines: list[str]
    #: Week and words of the mark on the time axis.
    mark: tuple[int, str] | None


def find(result: Result) -> Cause:
    """Everything that can be said without a guess: from the scenarios, the logs and the recorded outputs."""
    a, b = result.comparison.a.scenario, result.comparison.b.scenario
    settings, dated = settings_apart(a, b), dated_apart(a, b)
    logs = [parting.rows_of(run.tables["events"]) for run in (result.log_a, result.log_b)]
    first, missing = parting.first_events(*logs), parting.first_missing(*logs)
    apart = first_apart(result)
    lines = [head(settings, dated, max(a.run.burn_in, b.run.burn_in), apart)]
    lines += _first(first, missing)
    lines += _missing(missing, *logs) if first is not None else []
    return Cause(settings, dated, a.run.burn_in, apart, lines, _mark(settings, dated, missing))


def settings_apart(a: Scenario, b: Scenario) -> list[Setting]:
    """Parameters with different values; a lab or source that only one has is one of them."""
    found, rows = [], differing_values(a, b)
    tables = {key.rpartition(".")[0] for key, one, other in rows if (one is None) != (other is None)}
    absent = {table for table in tables if _lacks(a, table) or _lacks(b, table)}
    for table in sorted(absent):
        in_a, in_b = (_says(None) if _lacks(each, table) else "takes part" for each in (a, b))
        found.append(Setting(table, in_a, in_b, "", ""))
    for key, one, other in rows:
        if key.rpartition(".")[0] not in absent:
            info = parameter_info(key)
            found.append(
                Setting(key, *_told_apart(one, other), _unit(info), info.description if info else "")
            )
    return found


def dated_apart(a: Scenario, b: Scenario) -> list[Dated]:
    """Dated events that only one of the two has, in order of time."""
    only = differing_events(a, b)
    found = []
    for who, scenario, places in (("A", a, only[0]), ("B", b, only[1])):
        for place in places:
            event, words = scenario.events[place], scenario.resolved()["events"][place]
            usual = {name: field.default for name, field in type(event).model_fields.items()}
            facts = [
                f"{name.replace('_', ' ')} {_says(value)}" for name, value in words.items()
                if name not in ("type", "week", "date") and value != usual.get(name)
            ]  # fmt: skip
            said = f"{event.type.replace('_', ' ')}" + (f" ({', '.join(facts)})" if facts else "")
            found.append(Dated(event.week_of(scenario.run.start_date), who, said))
    return sorted(found, key=lambda each: (each.week, each.who))


def first_apart(result: Result) -> int | None:
    """The first week, the burn-in's included, in which any recorded output of pair 0 differs in any digit."""
    one, two = result.log_a, result.log_b
    first = max(one.weeks[0], two.weeks[0])
    weeks = one.weeks[one.weeks >= first]
    found = [
        parting.first_week(
            one.array(name)[0][one.weeks >= first], two.array(name)[0][two.weeks >= first], weeks
        )
        for name in result.comparison.outputs
    ]
    return min((week for week in found if week is not None), default=None)


def head(settings: list[Setting], dated: list[Dated], burn_in: int, apart: int | None) -> str:
    """What differs between the scenarios, in a sentence."""
    same = "no output of pair 0 differs in any digit in any week" if apart is None else (
        f"before {week_words(apart)} all outputs of pair 0 are the same to the last digit"
    )  # fmt: skip
    if not settings and not dated:
        return f"A and B are the same scenario, so {same}."
    if settings:
        count = f"{len(settings)} setting{'s' * (len(settings) > 1)}"
        text = f"A and B differ from the start, in {count}"
        holds = "it holds" if len(settings) == 1 else "they hold"
        text += f": {holds} in the {burn_in} weeks before week 0 already" if burn_in else ""
        if dated:
            text += f"; and in {len(dated)} dated event{'s' * (len(dated) > 1)}"
        if apart is None or apart > -burn_in + 4:
            text += f". Still, {same}"
            if dated and apart == dated[0].week:
                text += f"; in that week, only {dated[0].who} has a dated event: {dated[0].words}"
        return text + "."
    count = "one dated event" if len(dated) == 1 else f"{len(dated)} dated events"
    first = dated[0]
    return (
        f"A and B differ in nothing but {count}; the first is in {week_words(first.week)}, and only {first.who} has "
        f"it: {first.words}. It is where they part: {same}."
    )


def of_outcome(result: Result, name: str, low: np.ndarray, high: np.ndarray) -> list[str]:
    """When the two curves of one output come apart in pair 0, and when the mean difference is clear of zero."""
    made, told = result.comparison, name.replace("_", " ")
    weeks = made.a.weeks
    first = parting.first_week(made.a.array(name)[0], made.b.array(name)[0], weeks)
    clear, count = parting.first_clear(low, high, weeks), int(np.sum((low > 0) | (high < 0)))
    at_start = ", the first week shown" if first is not None and first == weeks[0] else ""
    return [
        f"The curves of “{told}” in pair 0 "
        + ("are the same in every week." if first is None else f"first differ in {_day(made, first)}{at_start}."),
        f"The 95 % interval of the mean difference of “{told}” "
        + (
            "never leaves zero out."
            if clear is None
            else f"leaves zero out in {count} of {len(weeks)} weeks, first in {_day(made, clear)}."
        ),
    ]  # fmt: skip


def week_words(week: int) -> str:
    """A week as it is named; those before the start are not shown in charts."""
    return f"week {week}" if week >= 0 else f"week −{-week} (before the start)"


def _first(first: parting.Parting | None, missing: parting.Parting | None) -> list[str]:
    if first is None:
        return ["The logs of pair 0 hold the same events with the same numbers."]
    if missing is not None and missing.week == first.week:
        return []
    (one, two), *_ = sorted(first.other, key=lambda pair: pair[0]["type"] == "score")
    return [
        f"The first event with other numbers is in {week_words(first.week)}: {_name(one)}; {_numbers(one, two)}."
    ]


def _missing(
    missing: parting.Parting | None, log_a: list[dict[str, Any]], log_b: list[dict[str, Any]]
) -> list[str]:
    if missing is None:
        return ["Every event of one log has its like in the other in the same week; only numbers differ."]
    acts = [(row, "A", "B", log_b) for row in missing.only_a] + [
        (row, "B", "A", log_a) for row in missing.only_b
    ]
    acts.sort(key=lambda act: act[0]["type"] == "score")
    lines = []
    for place, (row, who, other, log) in enumerate(acts[:MOST]):
        later = parting.next_of(row, missing.week, log)
        text = (
            f"The first recorded event that one has and the other has not is in {week_words(missing.week)}: "
            f"{_name(row)}, only in {who}. "
            if not place
            else f"In the same week, only in {who}: {_name(row)}. "
        )
        text += f"{_sentence(row)} "
        text += f"The next like it in {other} is in {week_words(later)}." if later is not None else (
            f"{other} has none like it later."
        )  # fmt: skip
        lines.append(text)
    left = len(acts) - MOST
    return [*lines, f"… and {left} more events of that week."] if left > 0 else lines


def _mark(
    settings: list[Setting], dated: list[Dated], missing: parting.Parting | None
) -> tuple[int, str] | None:
    if dated and not settings:
        return dated[0].week, f"only {dated[0].who}: {dated[0].words.partition(' (')[0]}"
    if missing is None:
        return None
    row, who = (missing.only_a[0], "A") if missing.only_a else (missing.only_b[0], "B")
    return missing.week, f"only {who}: {str(row['type']).replace('_', ' ')}"


def _name(row: Mapping[str, Any]) -> str:
    kind = str(row["type"])
    text = ARTICLES.get(kind, f"a {kind.replace('_', ' ')}")
    text += f" of {row['source']}" if row.get("source") and row["source"] != "benchmark-office" else ""
    return text + (f" ({str(row['narrative']).replace('_', ' ')})" if row.get("narrative") else "")


def _sentence(row: Mapping[str, Any]) -> str:
    said = feed.sentence(dict(row))
    value = row.get("value")
    number = "" if value is None else wording.number(value, 3)
    return said or f"{row.get('source') or ''}, {row.get('target') or ''}: {number}.".lstrip(", ")


def _numbers(one: Mapping[str, Any], two: Mapping[str, Any]) -> str:
    """The numbers in which two events differ, with enough digits to see it."""
    told = []
    for name in NUMBERS:
        if one.get(name) != two.get(name):
            a, b = _told_apart(one.get(name), two.get(name))
            told.append(f"{row_word(one, name)} {a} in A, {b} in B")
    return "; ".join(told)


def row_word(row: Mapping[str, Any], name: str) -> str:
    """What a number of an event is."""
    return str(row.get("quantity") or "value").replace("_", " ") if name == "value" else name


def _told_apart(one: Any, two: Any) -> tuple[str, str]:
    """Both values with the fewest digits, from four on, that tell them apart."""
    if isinstance(one, float) and isinstance(two, float):
        for digits in range(4, 17):
            a, b = f"{one:.{digits}g}", f"{two:.{digits}g}"
            if a != b:
                return a.replace("-", "−", 1), b.replace("-", "−", 1)
    return _says(one), _says(two)


def _says(value: Any) -> str:
    if value is None:
        return "absent"
    if isinstance(value, bool):
        return "on" if value else "off"
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _unit(info: ParameterInfo | None) -> str:
    return info.unit if info is not None and info.unit not in ("choice", "switch", "name", "1") else ""


def _lacks(scenario: Scenario, table: str) -> bool:
    held: Any = scenario.resolved()
    for part in table.split("."):
        held = held.get(part) if isinstance(held, dict) else None
    return held is None


def _day(made: Comparison, week: int) -> str:
    return f"week {week} ({made.a.dates[int(np.searchsorted(made.a.weeks, week))]})"

"""Outcomes and series from a sweep file, checked against the registered outputs and the length of the run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.experiments.sweep.outcomes import REDUCTIONS, Outcome
from sim.experiments.sweep.reading.findings import Findings
from sim.experiments.sweep.reading.tables import OutcomeTable, SeriesTable
from sim.scenario.problems import did_you_mean, show

_TEXT = 'a text "output reduction", such as "gap_months mean", or a table'
_UNIT = {"log": "ln({})", "log10": "log10({})", "change": "{}"}


def read_outcomes(findings: Findings, data: Any, weeks: int | None, external: bool) -> list[Outcome]:
    """Return the outcomes that are right; ``weeks`` is the length of the shortest run, if it is known."""
    path = ("outcomes",)
    if data is None:
        findings.add(path, "no outcomes", 'outcomes = ["y"]' if external else "a table [outcomes]")
        return []
    if external:
        return _names(findings, data)
    if isinstance(data, list):
        hint = 'for instance lag = "gap_months mean" under [outcomes]'
        findings.add(path, "a list", "a table of outcomes: a list is for external models", hint)
        return []
    if not isinstance(data, Mapping) or not data:
        findings.add(path, show(data), "a table with at least one outcome")
        return []
    found = [_outcome(findings, name, table, weeks) for name, table in data.items()]
    return [outcome for outcome in found if outcome is not None]


def _names(findings: Findings, data: Any) -> list[Outcome]:
    """Outcomes of an external model: names, or a table as :meth:`Sweep.source` writes it."""
    if isinstance(data, Mapping) and data:
        outcomes = []
        for name, table in data.items():
            held = table if isinstance(table, Mapping) else {"output": table}
            unknown = held.keys() - {"output", "unit", "description"}
            if unknown or not all(isinstance(one, str) for one in held.values()):
                findings.add(("outcomes", name), show(table), "output, unit and description, all texts")
            else:
                outcomes.append(Outcome(name, **{"output": name, **held}))
        return outcomes
    if (
        not isinstance(data, list | tuple)
        or not data
        or not all(isinstance(one, str) and one for one in data)
    ):
        findings.add(("outcomes",), show(data), 'a list of names, such as ["y"]')
        return []
    if len(set(data)) < len(data):
        findings.add(("outcomes",), "a name twice", "each name once")
    return [Outcome(name, name) for name in dict.fromkeys(data)]


def _outcome(findings: Findings, name: str, data: Any, weeks: int | None) -> Outcome | None:
    path = ("outcomes", name)
    if isinstance(data, str):
        words = data.split()
        if len(words) != 2:
            findings.add(path, show(data), _TEXT)
            return None
        data = {"output": words[0], "reduce": words[1]}
    elif not isinstance(data, Mapping):
        findings.add(path, show(data), _TEXT)
        return None
    before = len(findings.problems)
    table, wrong = findings.table(OutcomeTable, data, path)
    if table is None:
        return None
    output = _output(findings, (*path, "output"), table.output)
    if table.reduce not in REDUCTIONS:
        hint = did_you_mean(table.reduce, REDUCTIONS)
        findings.add((*path, "reduce"), show(table.reduce), f"one of {', '.join(REDUCTIONS)}", hint)
    else:
        _needs(findings, path, table, wrong)
    _window(findings, path, table, weeks)
    if len(findings.problems) > before or output is None:
        return None
    unit = REDUCTIONS[table.reduce].unit or (_UNIT[table.transform] if table.transform else "{}").format(
        output.unit
    )
    return Outcome(
        name=name,
        output=table.output,
        reduce=table.reduce,
        weeks=table.weeks,
        last=table.last,
        week=table.week,
        threshold=table.threshold,
        transform=table.transform,
        unit=unit if table.unit is None else table.unit,
        description=_description(table, output.description)
        if table.description is None
        else table.description,
    )


def _output(findings: Findings, path: tuple[str, ...], name: str) -> Any:
    from sim.recording.outputs import OUTPUTS

    if name not in OUTPUTS:
        findings.add(path, show(name), "a weekly output (docs/outputs.md)", did_you_mean(name, OUTPUTS))
        return None
    return OUTPUTS[name]


def _needs(findings: Findings, path: tuple[str, ...], table: OutcomeTable, wrong: set[str]) -> None:
    """What a reduction needs is there, and nothing that it does not use."""
    needs = REDUCTIONS[table.reduce].needs
    users = {
        name: [key for key, one in REDUCTIONS.items() if one.needs == name] for name in ("week", "threshold")
    }
    for name, reductions in users.items():
        given = name in table.model_fields_set
        if needs == name and not given and name not in wrong:
            findings.add(path, f"{table.reduce} without {name}", f"{name} = ... besides it")
        elif needs != name and given:
            findings.add(
                (*path, name), f"{name} with {table.reduce}", f"{name} only with {', '.join(reductions)}"
            )
    windows = [name for name in ("weeks", "last") if name in table.model_fields_set]
    if len(windows) > 1 or (windows and table.reduce == "at"):
        others = "week" if table.reduce == "at" else "weeks"
        findings.add((*path, windows[-1]), f"{windows[-1]} besides {others}", "one window")


def _window(findings: Findings, path: tuple[str, ...], table: OutcomeTable, weeks: int | None) -> None:
    end = None if weeks is None else weeks - 1
    allowed = f"weeks from 0 to {end}, the last of the run"
    if table.weeks is not None:
        first, last = table.weeks
        if first > last:
            findings.add((*path, "weeks"), f"{first} to {last}", "a first week before the last")
        elif end is not None and not (0 <= first <= last <= end):
            findings.add((*path, "weeks"), f"{first} to {last}", allowed)
        elif first == last and table.reduce in ("sd", "range", "kurtosis", "l_kurtosis", "change"):
            findings.add((*path, "weeks"), "a window of one week", f"several weeks for {table.reduce}")
    if table.last is not None and weeks is not None and table.last > weeks:
        findings.add((*path, "last"), str(table.last), f"at most {weeks}, the weeks of the run")
    if table.week is not None and end is not None and not 0 <= table.week <= end:
        findings.add((*path, "week"), str(table.week), allowed)


def _description(table: OutcomeTable, output: str) -> str:
    """What an outcome is, in words."""
    of = {"log": "logarithm of ", "log10": "decimal logarithm of ", "change": "weekly change of "}
    what = f"{of.get(table.transform or '', '')}{output[:1].lower() if table.transform else output[:1]}{output[1:]}"
    how = REDUCTIONS[table.reduce].description
    if table.threshold is not None:
        how += f" {table.threshold:g}"
    if table.week is not None:
        how += f" in week {table.week}"
    if table.weeks is not None:
        how += f", weeks {table.weeks[0]} to {table.weeks[1]}"
    if table.last is not None:
        how += f", last {table.last} weeks"
    return f"{what}: {how}"


def read_series(findings: Findings, data: Any, external: bool) -> tuple[tuple[str, ...], int]:
    """Return the outputs kept as series, and every how many weeks."""
    if data is None:
        return (), 1
    path = ("series",)
    if external:
        findings.add(path, "series of an external model", "none: it has no weeks")
        return (), 1
    table, _ = findings.table(SeriesTable, data, path)
    if table is None:
        return (), 1
    for name in table.outputs:
        _output(findings, (*path, "outputs"), name)
    if not table.outputs:
        findings.add((*path, "outputs"), "an empty list", "at least one output")
    return tuple(dict.fromkeys(table.outputs)), table.every

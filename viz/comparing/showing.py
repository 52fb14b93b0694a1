"""The result of a comparison: two charts, where the two part, the table, and what to take home."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import solara

import sim
from viz import shell
from viz.comparing import cause, files, statement, summary
from viz.comparing.curves import Curves
from viz.comparing.request import TOLD, Side
from viz.comparing.running import Result
from viz.comparing.widgets import Table


@solara.component
def Shown(result: Result, outcome: str | None, choose: Callable[[str], None]) -> None:
    """Everything about a finished comparison."""
    made = result.comparison
    opening = solara.use_memo(lambda: summary.opening(made), [id(result)])
    found = solara.use_memo(lambda: cause.find(result), [id(result)])
    name = outcome if outcome in made.outputs else opening
    names = [name.removesuffix(f" ({letter})") for name, letter in zip(made.names, "AB", strict=True)]
    with shell.Panel(
        f"B ({names[1]}) minus A ({names[0]})", classes=["parity-drawn"],
        help="Every number here comes from runs in pairs: both scenarios under the same seeds.",
    ):  # fmt: skip
        note(f"{made.a.replicates} pairs of {len(made.a.weeks)} weeks. {summary.verdict(made)}")
        Outcome(made.outputs, name, choose)
        Said(statement.parts(made, name))
        Curves(made, name, found.mark)
    with solara.Div(classes=["parity-two"]):
        Parted(result, name, found)
        TakeHome(result)
    Differences(result, name, choose)


@solara.component
def Outcome(outputs: list[str], name: str, choose: Callable[[str], None]) -> None:
    """Group and outcome to draw, with unit and description."""
    grouped = summary.groups(outputs)
    group = sim.OUTPUTS[name].group
    with solara.Div(classes=["parity-sides"]):
        solara.Select("Group", list(grouped), group, on_value=lambda g: choose(grouped[g][0]), dense=True)
        titles = {summary.title(each): each for each in grouped[group]}
        solara.Select(
            "Outcome", list(titles), summary.title(name), on_value=lambda t: choose(titles[t]), dense=True
        )
    told = sim.OUTPUTS[name]
    unit = "" if told.unit == "1" else f" Unit: {told.unit}."
    note(f"{told.description.rstrip('.')}.{unit}")


@solara.component
def Said(parts: list[statement.Part]) -> None:
    """A sentence whose terms tell their meaning, to the pointer and to the keyboard."""
    with solara.Div(classes=["parity-said"]):
        for each in parts:
            if isinstance(each, tuple):
                shell.Term(*each)
            else:
                solara.HTML(tag="span", unsafe_innerHTML=shell.escape(each))


@solara.component
def Parted(result: Result, name: str, found: cause.Cause) -> None:
    """What differs between the scenarios, and where and by which event the runs part."""
    made = result.comparison
    low, high = solara.use_memo(lambda: summary.curve(made.path(name)).interval, [id(result), name])
    with shell.Panel(
        "Where they part",
        help="From the two scenario files, and from the logs of pair 0, which has the same luck in both.",
    ):
        for line in found.lines[:1]:
            solara.HTML(tag="div", unsafe_innerHTML=shell.escape(line))
        if found.settings:
            rows = "".join(_row(each) for each in found.settings)
            head = "<tr><th>Setting</th><th>A</th><th>B</th><th>Unit</th></tr>"
            table("Settings that differ", head, rows)
        if found.dated:
            rows = "".join(
                f"<tr><td>{each.week}</td><td>{each.who}</td><td>{shell.escape(each.words)}</td></tr>"
                for each in found.dated
            )
            table(
                "Dated events that differ", "<tr><th>Week</th><th>Only in</th><th>Dated event</th></tr>", rows
            )
        listed = [*found.lines[1:], *cause.of_outcome(result, name, low, high)]
        items = "".join(f"<li>{shell.escape(line)}</li>" for line in listed)
        solara.HTML(tag="ul", unsafe_innerHTML=items, style="padding-left:18px;", classes=["parity-parting"])
        for who, run in (("A", made.a), ("B", made.b)):
            for line in run.notes:
                note(f"{who}: {line}.")
        if found.settings:
            note("The first event that differs need not be the cause: settings act all the time.")


@solara.component
def TakeHome(result: Result) -> None:
    """Command, files, data, and both scenarios in Live."""
    made, asked = result.comparison, result.request
    router = solara.use_router()
    wrong, set_wrong = solara.use_state(cast(Exception | None, None))

    def show(side: Side) -> None:
        try:
            shell.open_in_live(side.in_live(asked.seed))
        except TOLD as error:
            set_wrong(error)
        else:
            router.push("/")

    with shell.Panel("Take it home", help="The same numbers come out, whatever the machine."):
        note(
            "Repeat it in a terminal:"
            if asked.a.shipped and asked.b.shipped
            else "Repeat it in a terminal, with the scenario files beside it:"
        )
        solara.HTML(tag="pre", unsafe_innerHTML=shell.escape(asked.command()), classes=["parity-command"],
                    attributes={"tabindex": "0", "role": "group", "aria-label": "Command"})  # fmt: skip
        stem = f"compare-seed-{asked.seed}-x{asked.replicates}"
        with solara.Row(style="gap:8px;flex-wrap:wrap;"):
            button = shell.download_button
            button("Final differences (CSV)", made.csv, f"{stem}-differences.csv")
            button(
                "Final differences (Parquet)",
                lambda: files.parquet(files.final(made)),
                f"{stem}-differences.parquet",
            )
            button("Curves (CSV)", lambda: files.csv(files.curves(made)), f"{stem}-curves.csv")
            button("Curves (Parquet)", lambda: files.parquet(files.curves(made)), f"{stem}-curves.parquet")
            button("By pair (CSV)", lambda: files.csv(made.difference_table()), f"{stem}-by-pair.csv")
            button(
                "By pair (Parquet)", lambda: files.parquet(made.difference_table()), f"{stem}-by-pair.parquet"
            )
            button("Scenario A (TOML)", lambda: files.toml(made.a.scenario, asked), asked.file("a"))
            button("Scenario B (TOML)", lambda: files.toml(made.b.scenario, asked), asked.file("b"))
        note(
            "Curves: means, bands and intervals of every output by week, as drawn. By pair: B minus A of every pair "
            "and week."
        )
        note("Each chart is saved as PNG or SVG by the small buttons at its corner.")
        with solara.Row(style="gap:8px;flex-wrap:wrap;"):
            solara.Button("Open A in Live", on_click=lambda: show(asked.a), outlined=True)
            solara.Button("Open B in Live", on_click=lambda: show(asked.b), outlined=True)
        if wrong is not None:
            shell.Problems(wrong)
        if asked.a.text is not None or asked.b.text is not None:
            note("The uploaded file is too long for the link: send the scenario files along.")


@solara.component
def Differences(result: Result, name: str, choose: Callable[[str], None]) -> None:
    """All outputs, to sort and to search; a row is drawn when it is chosen."""
    made = result.comparison
    rows = solara.use_memo(lambda: summary.table(made), [id(result)])
    with shell.Panel(
        f"Final differences ({summary.when(made)})",
        help="Choose a row, by a click or by Tab and Enter, to draw its output above. Std. size: "
        + statement.TERMS["standardised"],
    ):
        Table(rows, name, choose)


def table(label: str, head: str, rows: str) -> None:
    """A small table, scrolled where it is long."""
    inner = f'<table class="parity" aria-label="{label}"><thead>{head}</thead><tbody>{rows}</tbody></table>'
    solara.HTML(
        tag="div", unsafe_innerHTML=inner, classes=["parity-scrolled"],
        attributes={"tabindex": "0", "role": "region", "aria-label": label},
    )  # fmt: skip


def note(text: str) -> None:
    """A remark in small type."""
    solara.HTML(tag="div", unsafe_innerHTML=shell.escape(text), classes=["parity-note"])


def _row(each: cause.Setting) -> str:
    cells = [shell.escape(text) for text in (each.a, each.b, each.unit)]
    words, key = shell.escape(each.meaning), shell.escape(each.key)
    name = f'<td><span class="parity-term" tabindex="0" role="note" title="{words}" aria-label="{key}: {words}">{key}'
    name += "</span></td>"
    return f"<tr>{name}" + "".join(f"<td>{text}</td>" for text in cells) + "</tr>"

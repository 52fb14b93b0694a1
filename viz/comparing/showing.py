"""The result of a comparison: two charts, where the two part, the table, and what to take home."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import solara

import sim
from viz import shell, theme
from viz.charts import generic
from viz.comparing import parting, running, summary
from viz.comparing.running import Request, Result, Side
from viz.components.chart import Chart


@solara.component
def Shown(result: Result, outcome: str | None, choose: Callable[[str], None]) -> None:
    """Everything about a finished comparison."""
    made = result.comparison
    opening = solara.use_memo(lambda: summary.opening(made), [result])
    name = outcome if outcome in made.outputs else opening
    with shell.Panel(f"{made.names[1]} minus {made.names[0]}"):
        note(f"{made.a.replicates} pairs of {len(made.a.weeks)} weeks. {summary.verdict(made)}")
        Outcome(made.outputs, name, choose)
        Curves(result, name)
    with solara.Div(classes=["parity-two"]):
        Parted(result, name)
        TakeHome(result)
    Differences(result, choose)


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
def Curves(result: Result, name: str) -> None:
    """Both curves, and their difference."""
    made, dark = result.comparison, shell.use_dark()

    def draw() -> tuple[dict[str, Any], dict[str, Any]]:
        dates, unit, (a, b) = made.a.dates, summary.unit(name), made.names
        labels = f"A: {a}", f"B: {b}"
        colours = [theme.series_style(place, dark)[0] for place in (0, 1)]
        of_a, of_b, apart = (
            summary.curve(each) for each in (made.a.array(name), made.b.array(name), made.path(name))
        )
        one = generic.lines(
            dates, {labels[0]: of_a.mean, labels[1]: of_b.mean}, unit, dark,
            bands={labels[0]: of_a.band, labels[1]: of_b.band},
            colours=dict(zip(labels, colours, strict=True)), dashes={labels[1]: "dashed"},
        )  # fmt: skip
        mean, middle = "mean of B − A with its 95 % interval", "median of the pairs with 90 % of them"
        two = generic.lines(
            dates, {mean: apart.mean, middle: apart.median}, unit, dark,
            bands={middle: apart.band, mean: apart.interval}, level=0.0,
            colours={mean: theme.series_style(2, dark)[0], middle: theme.grey(dark)},
            dashes={mean: "solid", middle: "dotted"},
        )  # fmt: skip
        return one, two

    one, two = solara.use_memo(draw, [result, name, dark])
    told, file = summary.title(name), f"compare-{name}"
    with solara.Div(classes=["parity-two"]):
        with solara.Column(gap="2px", style="min-width:0;"):
            heading("Both: mean of all replicates, with the band of 90 % of them")
            Chart(one, f"{told} over time in A and in B, mean and 90 percent band", 290, name=file)
        with solara.Column(gap="2px", style="min-width:0;"):
            heading("Difference: B minus A, pair by pair")
            Chart(two, f"Difference B minus A of {told} over time", 290, name=f"{file}-difference")


@solara.component
def Parted(result: Result, name: str) -> None:
    """Where the two part, in words."""
    made = result.comparison

    def find() -> tuple[list[str], int | None, int | None]:
        logs = [parting.rows_of(run.tables["events"]) for run in (result.log_a, result.log_b)]
        parted = parting.first_events(*logs)
        lines = parting.told(parted)
        if parted is not None and parted.week <= made.a.weeks[0]:
            lines.append(
                "That is the first week on record: the two already differ in the time before it, "
                "whose events are not kept."
            )
        low, high = summary.curve(made.path(name)).interval
        first = parting.first_week(made.a.array(name)[0], made.b.array(name)[0], made.a.weeks)
        return lines, first, parting.first_clear(low, high, made.a.weeks)

    lines, first, clear = solara.use_memo(find, [result, name])
    told = summary.title(name)
    with shell.Panel(
        "Where they part", help="Pair 0 has the same luck in both; what parts it is the scenarios."
    ):
        listed = [*lines]
        listed.append(
            f"Curves of “{told}” in pair 0: "
            + ("the same in every week." if first is None else f"first apart in {_week(made, first)}.")
        )
        listed.append(
            f"The 95 % interval of the mean difference of “{told}” "
            + (
                "never leaves zero out."
                if clear is None
                else f"first leaves zero out in {_week(made, clear)}."
            )
        )
        items = "".join(f"<li>{shell.escape(line)}</li>" for line in listed)
        solara.HTML(tag="ul", unsafe_innerHTML=items, style="padding-left:18px;", classes=["parity-parting"])
        note("Week by week, the first event that one log has and the other lacks need not be the only cause: "
             "settings act directly too.")  # fmt: skip


@solara.component
def TakeHome(result: Result) -> None:
    """Command, files, data, and both scenarios in Live."""
    made, asked = result.comparison, result.request
    router = solara.use_router()
    wrong, set_wrong = solara.use_state(None)

    def show(side: Side) -> None:
        try:
            shell.open_in_live(side.in_live(asked.seed))
        except running.TOLD as error:
            set_wrong(error)
        else:
            router.push("/")

    with shell.Panel("Take it home", help="The same numbers come out, whatever the machine."):
        note(
            "Repeat it in a terminal:"
            if asked.a.shipped and asked.b.shipped
            else "With the scenario files beside it:"
        )
        solara.HTML(tag="pre", unsafe_innerHTML=shell.escape(asked.command()), classes=["parity-command"],
                    attributes={"tabindex": "0", "aria-label": "Command"})  # fmt: skip
        stem = f"compare-seed-{asked.seed}-x{asked.replicates}"
        with solara.Row(style="gap:8px;flex-wrap:wrap;"):
            shell.download_button("Differences (CSV)", made.csv, f"{stem}-differences.csv")
            shell.download_button("By week (CSV)", lambda: summary.weekly_csv(made), f"{stem}-by-week.csv")
            shell.download_button(
                "By week (Parquet)", lambda: summary.weekly_parquet(made), f"{stem}-by-week.parquet"
            )
            shell.download_button("Scenario A (TOML)", lambda: toml(made.a.scenario, asked), asked.file("a"))
            shell.download_button("Scenario B (TOML)", lambda: toml(made.b.scenario, asked), asked.file("b"))
        with solara.Row(style="gap:8px;flex-wrap:wrap;"):
            solara.Button("Open A in Live", on_click=lambda: show(asked.a), outlined=True)
            solara.Button("Open B in Live", on_click=lambda: show(asked.b), outlined=True)
        if wrong is not None:
            shell.Problems(wrong)


@solara.component
def Differences(result: Result, choose: Callable[[str], None]) -> None:
    """All outputs, sortable and searchable."""
    sought, seek = solara.use_state("")
    only, set_only = solara.use_state(False)
    made = result.comparison
    rows = solara.use_memo(lambda: summary.table(made, only), [result, only])
    numbers = {
        "a": "A",
        "b": "B",
        "difference": "B − A",
        "low": "95 % low",
        "high": "95 % high",
        "standardised": "std.",
    }
    headers = [{"text": text, "value": key} for key, text in
               {"output": "Output", "group": "Group", "unit": "Unit"}.items()]  # fmt: skip
    headers += [{"text": text, "value": key, "align": "end"} for key, text in numbers.items()]
    headers.append({"text": "Clear", "value": "clear"})
    with shell.Panel(
        f"Final differences ({summary.when(made)})",
        help="std.: the difference over the standard deviation between replicates. A click on a row draws the output.",
    ):
        with solara.Row(style="gap:16px;align-items:center;flex-wrap:wrap;"):
            solara.InputText(
                "Search outputs", sought, on_value=seek, continuous_update=True, style="max-width:320px;"
            )
            solara.Checkbox(label="Clear ones only", value=only, on_value=set_only)
        table = solara.v.DataTable(
            headers=headers, items=rows, search=sought, dense=True, item_key="output", mobile_breakpoint=0,
            items_per_page=20, footer_props={"items-per-page-options": [20, 40, -1]}, class_="parity-table",
        )  # fmt: skip
        solara.v.use_event(table, "click:row", lambda _w, _e, row: choose(str(row["output"])))


def toml(scenario: sim.Scenario, asked: Request) -> str:
    """A scenario file that says how it was compared."""
    return f"# {asked.command(files=True)}\n\n{scenario.to_toml()}"


def note(text: str) -> None:
    """A remark in small type."""
    solara.HTML(tag="div", unsafe_innerHTML=shell.escape(text), classes=["parity-note"])


def heading(text: str) -> None:
    """Heading of a chart."""
    solara.HTML(
        tag="h3",
        unsafe_innerHTML=shell.escape(text),
        style="font-size:.875rem;font-weight:600;margin:6px 0 0;",
    )


def _week(made: sim.Comparison, week: int) -> str:
    day = made.a.dates[int(np.searchsorted(made.a.weeks, week))]
    return f"week {week} ({day})"

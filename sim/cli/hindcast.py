"""``parity hindcast``: the model against what was observed, 2022-10 to 2025-12, beside plain baselines."""

from __future__ import annotations

import datetime as dt
import math
import time
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli.run import (
    MANY,
    ForceOption,
    QuietOption,
    SeedOption,
    SetOption,
    WorkersOption,
    command_line,
    folder_to_make,
    plural,
    progress,
    save,
    sensible_workers,
    tell_notes,
    terminal,
    told_plainly,
)

if TYPE_CHECKING:
    import pandas as pd
    from rich.table import Table

    from sim.hindcast.running import Hindcast
    from sim.scenario import Scenario


class Mode(StrEnum):
    """Modes of the hindcast."""

    driven = "driven"
    free = "free"


def register(app: typer.Typer) -> None:
    """Add ``parity hindcast``."""
    app.command()(hindcast)


def hindcast(
    mode: Annotated[
        Mode,
        typer.Option(
            "--mode", help="driven: releases, acts and claims of the record; free: the model's own."
        ),
    ] = Mode.driven,
    replicates: Annotated[
        int,
        typer.Option("--replicates", "-r", min=20, max=MANY, help="Runs that differ in nothing but luck."),
    ] = 200,
    until: Annotated[
        str | None,
        typer.Option(
            "--until",
            metavar="DATE",
            help="Forecast origin, e.g. 2024-12-31: the record enters until then.",
        ),
    ] = None,
    seed: SeedOption = 0,
    set_: SetOption = None,
    rolling: Annotated[
        bool | None,
        typer.Option(
            "--rolling/--no-rolling",
            help="Forecast from four origins too; default in driven mode without --until.",
        ),
    ] = None,
    workers: WorkersOption = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", metavar="DIR", help="Folder to make; default: runs/hindcast-MODE-seedN-xR."
        ),
    ] = None,
    no_report: Annotated[bool, typer.Option("--no-report", help="Do not make report.html.")] = False,
    force: ForceOption = False,
    quiet: QuietOption = False,
) -> None:
    """Hold the model against what was observed, October 2022 to December 2025.

    Each observation is forecast by the model, by the model anchored at the last observation, and by baselines
    that see the same past: persistence, a linear trend, a random walk with drift. The folder holds report.html,
    forecasts.parquet, observed.parquet and manifest.json. The same seed gives the same tables, whatever
    --workers is.

      [cyan]parity hindcast[/cyan]
      [cyan]parity hindcast --mode free[/cyan]
      [cyan]parity hindcast --until 2024-12-31 --set distillation.potency=0.4[/cyan]
    """
    with told_plainly():
        _hindcast(mode, replicates, until, seed, set_ or [], rolling, workers, out, no_report, force, quiet)


def _hindcast(
    mode: Mode,
    replicates: int,
    until: str | None,
    seed: int,
    changes: list[str],
    rolling: bool | None,
    workers: int | None,
    out: Path | None,
    no_report: bool,
    force: bool,
    quiet: bool,
) -> None:
    from sim.experiments.coldstart import postpone

    postpone()
    started = time.perf_counter()
    from sim.experiments.runner import seeds_from
    from sim.hindcast.running import effort, origins_of
    from sim.hindcast.running import hindcast as run_hindcast

    origin = _day(until)
    many = rolling if rolling is not None else mode is Mode.driven and origin is None
    if mode is Mode.free and rolling:
        raise typer.BadParameter(
            "--rolling goes with --mode driven: in free mode no day of the record enters"
        )
    scenario = _scenario(mode, origin, changes)
    seeds_from(seed, replicates)
    name = f"hindcast-{mode.value}{f'-until-{origin}' if origin else ''}-seed{seed}-x{replicates}"
    default = Path("runs") / name
    target = folder_to_make(out, default, force)
    origins = origins_of(mode.value, origin, many)
    work = effort(scenario, replicates) * len(origins)
    what = f"hindcast, {mode.value}, {plural(replicates, 'replicate')}"
    if len(origins) > 1:
        what += f", {plural(len(origins) - 1, 'origin')}"
    with progress(what, work, quiet) as report:
        found = run_hindcast(
            mode.value, replicates, origin, seed, workers or sensible_workers(work), report,
            changes=changes, rolling=many,
        )  # fmt: skip
    tell_notes(found.run.notes if not quiet else [])
    files = {}
    if not no_report:
        from sim.hindcast import page

        files = page.files()
    target = save(
        lambda place: found.save(place, force=force, files=files, command=command_line()), target, out is None
    )
    if quiet:
        typer.echo(str(target))
        return
    _show(found, target, not no_report, time.perf_counter() - started)


def _day(text: str | None) -> dt.date | None:
    if text is None:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"--until {text}: not a date; write YYYY-MM-DD") from None


def _scenario(mode: Mode, origin: dt.date | None, changes: list[str]) -> Scenario:
    """Make the scenario; an origin that does not fit is told in a line."""
    from sim.hindcast.scenario import hindcast_scenario
    from sim.scenario import ScenarioError

    try:
        return hindcast_scenario(mode.value, origin, changes)
    except ScenarioError:
        raise
    except ValueError as error:
        raise typer.BadParameter(f"--until {error}") from None


def _show(found: Hindcast, target: Path, report: bool, seconds: float) -> None:
    from rich.markup import escape

    console = terminal()
    replicates = plural(found.manifest["replicates"], "replicate")
    until = found.manifest["until"]
    title = (
        f"[bold]Hindcast, {found.mode}[/]  [dim]{replicates}{f', record until {until}' if until else ''}[/]"
    )
    console.print(_table(found.scores(origins=until is not None), title))
    if until is None and found.manifest["origins"]:
        console.print()
        console.print(
            _table(
                found.scores(origins=True),
                "[bold]Forecasts from[/]  " + f"[dim]{', '.join(found.manifest['origins'])}[/]",
            )
        )
    console.print(
        "\n[dim]CRPS: mean error of the forecast as a distribution, in the observable's unit, on the days that the "
        "best baseline forecasts too. in 50, in 90: share of observations inside the intervals. signs: directions "
        "right, of those that exceed their error. 30 days: share of replicates within 30 days, and what a random "
        "day would reach.[/]"
    )
    contents = ["report.html", "scores.csv", "figures (PDF)"] * report + [
        "forecasts.parquet",
        "observed.parquet",
        "manifest.json",
    ]
    console.print(f"\n[bold]{escape(str(target))}[/]  [dim]{', '.join(contents)}, {seconds:.1f} s[/]")


def _table(scores: pd.DataFrame, title: str) -> Table:
    from rich.table import Table

    table = Table(
        title=title, title_justify="left", title_style="", box=None, padding=(0, 2, 0, 0), header_style="bold"
    )
    table.add_column("observable", style="cyan", no_wrap=True)
    for heading in ("n", "CRPS", "anchored", "baseline"):
        table.add_column(heading, justify="right")
    table.add_column("best baseline", style="dim")
    table.add_column("best")
    for heading in ("in 50", "in 90", "signs", "30 days"):
        table.add_column(heading, justify="right")
    for row in scores.to_dict("records"):
        compared = bool(row["wins"])
        lost = compared and row["wins"] == row["baseline"]
        table.add_row(
            row["observable"],
            str(row["n"]),
            _number(row["crps_compared"] if compared else row["crps_model"]),
            _number(row["crps_anchored"]) if compared else "–",
            _number(row["crps_baseline"]) if compared else "–",
            row["baseline"] or "none can",
            f"[yellow]{row['wins']}[/]" if lost else row["wins"] or "–",
            _share(row["coverage50"]),
            _share(row["coverage90"]),
            f"{row['sign_hits']:.0f}/{row['signs']}" if row["signs"] else "–",
            f"{_share(row['timing_hits'])} ({_share(row['timing_chance'])})"
            if not math.isnan(row["timing_hits"])
            else "–",
        )
    return table


def _number(value: float) -> str:
    from sim.report.headlines import shown

    return "–" if math.isnan(value) else shown(value)


def _share(value: float) -> str:
    return "–" if math.isnan(value) else f"{100 * value:.0f} %"

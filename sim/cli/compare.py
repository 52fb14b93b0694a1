"""``parity compare``: two scenarios under the same luck, and what differs between them."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli.run import (
    MANY,
    ForceOption,
    QuietOption,
    SeedOption,
    WeeksOption,
    WorkersOption,
    command_line,
    folder_to_make,
    plural,
    progress,
    save,
    sensible_workers,
    slug,
    tell_notes,
    terminal,
    told_plainly,
)

if TYPE_CHECKING:
    from rich.table import Table

    from sim.experiments.paired import Comparison


def register(app: typer.Typer) -> None:
    """Add ``parity compare``."""
    app.command()(compare)


def compare(
    a: Annotated[
        str, typer.Argument(metavar="A", help="A scenario: path to a .toml file, or a shipped name.")
    ],
    b: Annotated[str, typer.Argument(metavar="B", help="Another scenario.")],
    replicates: Annotated[
        int, typer.Option("--replicates", "-r", min=2, max=MANY, help="Pairs of runs that share their luck.")
    ] = 30,
    seed: SeedOption = 0,
    weeks: WeeksOption = None,
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Change a value in both (repeatable)."),
    ] = None,
    set_a: Annotated[
        list[str] | None,
        typer.Option("--set-a", metavar="KEY=VALUE", help="Change a value in A (repeatable)."),
    ] = None,
    set_b: Annotated[
        list[str] | None,
        typer.Option("--set-b", metavar="KEY=VALUE", help="Change a value in B (repeatable)."),
    ] = None,
    window: Annotated[
        int | None,
        typer.Option("--window", min=1, help="Weeks at the end whose mean is the outcome; default 26."),
    ] = None,
    at_week: Annotated[
        int | None, typer.Option("--at-week", help="Week that is the outcome, in place of the window.")
    ] = None,
    workers: WorkersOption = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", metavar="DIR", help="Folder to make; default: runs/compare-A-B-seedN-xR."
        ),
    ] = None,
    no_figures: Annotated[bool, typer.Option("--no-figures", help="Do not draw the figure.")] = False,
    all_: Annotated[bool, typer.Option("--all", help="Print all outputs, not the main ones only.")] = False,
    force: ForceOption = False,
    quiet: QuietOption = False,
) -> None:
    """Compare two scenarios under the same luck: B minus A, pair by pair.

    The folder holds comparison.csv (for every output the means, the difference with its 95 % interval, its
    standardised size and the variance that pairing saves), differences.parquet (B minus A by pair and week),
    comparison.png and .pdf, and manifest.json.

      [cyan]parity compare copying-sincere no-copying-sincere[/cyan]
      [cyan]parity compare baseline baseline --set-b distillation.potency=0.4[/cyan]
    """
    with told_plainly():
        from sim.experiments.coldstart import postpone

        postpone()
        started = time.perf_counter()
        from sim.experiments.paired import compare as run_pairs
        from sim.scenario import load_scenario

        if window is not None and at_week is not None:
            raise typer.BadParameter("give --window or --at-week, not both")
        first, second = (
            load_scenario(a, [*(set_ or []), *(set_a or [])]),
            load_scenario(b, [*(set_ or []), *(set_b or [])]),
        )
        default = Path("runs") / f"compare-{slug(first.name)}-{slug(second.name)}-seed{seed}-x{replicates}"
        target = folder_to_make(out, default, force)
        length = weeks if weeks is not None else min(first.run.weeks, second.run.weeks)
        _check_outcome(window, at_week, length)
        effort = replicates * (first.run.burn_in + second.run.burn_in + 2 * length)
        with progress(
            f"{first.name} and {second.name}, {plural(replicates, 'pair')}", effort, quiet
        ) as report:
            found = run_pairs(
                first, second, replicates, seed, weeks=weeks, window=window, at_week=at_week,
                workers=workers or sensible_workers(effort // 2), progress=report,
            )  # fmt: skip
        for name, each in (("A", found.a), ("B", found.b)):
            tell_notes([f"{name}: {note}" for note in each.notes])
        images = {}
        if not no_figures:
            from sim.report import differences

            images = {"comparison.png": differences.png, "comparison.pdf": differences.pdf}
        target = save(
            lambda place: found.save(place, force=force, figures=images, command=command_line()),
            target,
            out is None,
        )
        if quiet:
            typer.echo(str(target))
            return
        from rich.markup import escape

        console = terminal()
        console.print(_table(found, all_))
        console.print(
            "\n[dim]* the interval leaves 0 out. Intervals hold for one output at a time. "
            "gain: variance of the difference without pairing over that with pairing.[/]"
        )
        console.print(f"\n[bold]{escape(str(target))}[/]  [dim]{time.perf_counter() - started:.1f} s[/]")


def _check_outcome(window: int | None, at_week: int | None, weeks: int) -> None:
    if window is not None and window > weeks:
        raise typer.BadParameter(f"--window {window}: at most {weeks}, the recorded weeks")
    if at_week is not None and not 0 <= at_week < weeks:
        raise typer.BadParameter(f"--at-week {at_week}: 0 to {weeks - 1}, the recorded weeks")


def _table(found: Comparison, everything: bool) -> Table:
    from rich.markup import escape
    from rich.table import Table

    from sim.report.headlines import HEADLINES, names_in, short_unit, shown, span

    main = names_in(HEADLINES.values())
    rows = {row.output: row for row in found.rows}
    wanted = list(rows) if everything else [name for name in main if name in rows]
    first, last = found.window
    when = f"mean of weeks {first} to {last}" if first != last else f"week {first}"
    names = f"[bold]B {escape(found.names[1])}[/] minus [bold]A {escape(found.names[0])}[/]"
    title = f"{names}  [dim]{found.a.replicates} pairs, {when}[/]"
    table = Table(
        title=title, title_justify="left", title_style="", box=None, padding=(0, 2, 0, 0), header_style="bold"
    )
    table.add_column("output", style="cyan")
    table.add_column("unit", style="dim")
    for heading in ("A", "B", "B - A", "95 % interval", "", "std.", "gain"):
        table.add_column(heading, justify="right" if heading else "left")
    for name in wanted:
        row = rows[name]
        table.add_row(
            name,
            short_unit(row.unit, found.a.scenario),
            shown(row.mean_a),
            shown(row.mean_b),
            shown(row.difference),
            span(row.low, row.high),
            "*" if row.clear else "",
            shown(row.standardised),
            shown(row.variance_ratio),
        )
    return table

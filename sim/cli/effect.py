"""``parity effect``: what moving one factor of a sweep does, under the same luck."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli.run import QuietOption, slug, terminal
from sim.cli.sensitivity import (
    ConfidenceOption,
    DirectoryArgument,
    OutcomeOption,
    analysed,
    finish,
    heading,
    passed_over,
    print_table,
    rich_table,
    short_unit,
    tell_failed,
    tell_incomplete,
    tell_remarks,
    write_csv,
)

if TYPE_CHECKING:
    from rich.table import Table

    from sim.analysis import Effect


def register(app: typer.Typer) -> None:
    """Add ``parity effect``."""
    app.command()(effect)


def effect(
    directory: DirectoryArgument,
    factor: Annotated[str, typer.Option("--factor", "-f", metavar="NAME", help="Factor that is moved.")],
    from_: Annotated[
        str | None,
        typer.Option("--from", metavar="A", help="Level from which; default: lowest, or the base."),
    ] = None,
    to: Annotated[
        str | None,
        typer.Option("--to", metavar="B", help="Level to which; default: highest, or each other label."),
    ] = None,
    by: Annotated[
        list[str] | None,
        typer.Option("--by", metavar="FACTOR", help="Show the effect by level of this factor (repeatable)."),
    ] = None,
    outcome: OutcomeOption = None,
    confidence: ConfidenceOption = 0.95,
    quiet: QuietOption = False,
) -> None:
    """Show the average effect of moving one factor, over pairs of runs that differ in it alone.

    A pair has the same other factors and the same seed. In a grid, a list or one-at-a-time the interval is over
    seeds and holds for the rows of the design; in a sobol or morris design it is over rows and seeds and holds for
    the space. DIR/analysis gets effect-FACTOR.csv and, with --by, effect-FACTOR-by.csv.

      [cyan]parity effect sweeps/my-sweep --factor policy --from sincere --to strategic --by control[/cyan]
    """
    with analysed():
        import pandas as pd

        import sim.analysis as analysis
        from sim.experiments.sweep.dataset import load_data

        if (from_ is None) != (to is None):
            raise analysis.AnalysisError("give --from and --to together, or neither")
        data = load_data(directory)
        tell_incomplete(data)
        levels = None if from_ is None or to is None else (from_, to)
        found: list[Effect] = []
        failed: list[str] = []
        for name in outcome or data.outcomes:
            with passed_over(name, failed, bool(outcome)):
                found += analysis.effects(
                    data.runs, data, [name], factor, levels, by or (), confidence=confidence
                )
        tell_failed(failed, bool(found))
        target = directory / "analysis"
        write_csv(analysis.effects_table(found), target / f"effect-{slug(factor)}.csv", index=False)
        if by:
            parts = [
                one.by.assign(outcome=one.outcome, from_level=one.from_level, to_level=one.to_level)
                for one in found
            ]
            write_csv(pd.concat(parts), target / f"effect-{slug(factor)}-by.csv", index=False)
        if not quiet:
            _show(found)
        finish(target, quiet)


def _show(found: list[Effect]) -> None:
    first = found[0]
    about = f"{first.cells:,} cells x {first.seeds} seeds, {_METHODS[first.method]}"
    print_table(_table(found), heading(first.factor, "", about))
    terminal().print(
        "[dim]* the interval leaves 0 out. std.: over the standard deviation between seeds. "
        "gain: variance of a difference without pairing over that with pairing.[/]"
    )
    for one in found:
        for name, part in one.by.groupby("factor", sort=False):
            about = f"{one.factor} from {_text(one.from_level)} to {_text(one.to_level)}, by {name}"
            table = part.set_index("level").rename_axis(str(name)).drop(columns="factor")
            table = table.rename(columns={"low": "difference_low", "high": "difference_high"})
            labels = {"change": "change from first"}
            print_table(
                rich_table(table, one.confidence, labels=labels), heading(one.outcome, one.unit, about)
            )
    tell_remarks(list(dict.fromkeys(remark for one in found for remark in one.remarks)))


def _table(found: list[Effect]) -> Table:
    from rich.markup import escape
    from rich.table import Table

    from sim.report.headlines import shown, span

    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for name, style in (("outcome", "cyan"), ("unit", "dim"), ("from", ""), ("to", "")):
        table.add_column(name, style=style)
    for name in (
        "at from",
        "at to",
        "difference",
        f"{100 * found[0].confidence:.4g} % interval",
        "",
        "std.",
        "gain",
    ):
        table.add_column(name, justify="right" if name else "left")
    for one in found:
        table.add_row(
            escape(one.outcome),
            escape(short_unit(one.unit)),
            escape(_text(one.from_level)),
            escape(_text(one.to_level)),
            shown(one.mean_from),
            shown(one.mean_to),
            shown(one.difference),
            span(one.low, one.high),
            "*" if one.clear else "",
            shown(one.standardised),
            shown(one.variance_ratio),
        )
    return table


_METHODS = {
    "seed means": "interval over seeds",
    "two-way": "interval over rows and seeds",
    "row means": "interval over rows",
}


def _text(level: object) -> str:
    from sim.analysis.problem import text

    return text(level)

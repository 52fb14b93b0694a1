"""``parity sensitivity``: which factors of a sweep an outcome depends on, and how much of it is luck."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.run import QuietOption, complain, plural, slug, terminal, told_plainly

if TYPE_CHECKING:
    import pandas as pd
    from rich.table import Table

    from sim.analysis import Sensitivity

DirectoryArgument = Annotated[
    Path, typer.Argument(metavar="DIR", help="Folder that parity sweep has filled, complete or not.")
]
OutcomeOption = Annotated[
    list[str] | None,
    typer.Option("--outcome", "-y", metavar="NAME", help="Outcome of the sweep (repeatable); default: all."),
]
ConfidenceOption = Annotated[
    float, typer.Option("--confidence", min=0.5, max=0.9999, help="Level of the intervals.")
]
#: Pairs of inputs to print; the file has all.
PAIRS = 8


def register(app: typer.Typer) -> None:
    """Add ``parity sensitivity``."""
    app.command()(sensitivity)


def sensitivity(
    directory: DirectoryArgument,
    outcome: OutcomeOption = None,
    bootstrap: Annotated[
        int, typer.Option("--bootstrap", min=20, max=100_000, help="Resamples behind the intervals.")
    ] = 500,
    confidence: ConfidenceOption = 0.95,
    method: Annotated[
        str,
        typer.Option(
            "--method",
            metavar="NAME",
            help="auto (by the design), or regression for any design with rows enough.",
        ),
    ] = "auto",
    given_data: Annotated[
        str,
        typer.Option(
            "--given-data",
            metavar="NAME",
            help="First-order shares beside a regression: rbd-fast or none.",
        ),
    ] = "rbd-fast",
    quiet: QuietOption = False,
) -> None:
    """Show which factors an outcome depends on, with intervals, by the method that the design allows.

    sobol: first-order, total and second-order indices. morris: mu, mu* and sigma. latin-hypercube and list:
    regression, rank and partial rank coefficients, and first-order shares. one-at-a-time: ranges. grid: shares of
    variance. Outcomes are means over replicates; what luck adds is told beside them. DIR/analysis gets
    sensitivity-OUTCOME.csv, sensitivity-OUTCOME-pairs.csv and noise.csv.

      [cyan]parity sensitivity sweeps/my-sweep --outcome lag[/cyan]
    """
    with analysed():
        import sim.analysis as analysis
        from sim.experiments.sweep.dataset import load_data

        if given_data not in ("rbd-fast", "none"):
            raise analysis.AnalysisError(f'--given-data "{given_data}": rbd-fast or none')
        data = load_data(directory)
        tell_incomplete(data)
        target = directory / "analysis"
        found = []
        failed: list[str] = []
        for name in outcome or data.outcomes:
            with passed_over(name, failed, bool(outcome)):
                one = analysis.sensitivity(
                    data.runs, data, name, method=method, bootstrap=bootstrap,  # type: ignore[arg-type]
                    confidence=confidence, given_data=given_data,  # type: ignore[arg-type]
                )  # fmt: skip
                found.append(one)
                if not one.constant:
                    write_csv(one.table, target / f"sensitivity-{slug(name)}.csv")
                if one.pairs is not None:
                    write_csv(one.pairs, target / f"sensitivity-{slug(name)}-pairs.csv")
                if not quiet:
                    _show(one)
        tell_failed(failed, bool(found))
        write_csv(_noise_table(found), target / "noise.csv", index=False)
        finish(target, quiet)


def _show(one: Sensitivity) -> None:
    console = terminal()
    title = heading(one.outcome, one.unit, f"{_METHODS[one.method]}, {plural(one.rows, 'row')}")
    if one.constant:
        console.print(f"\n{title}", soft_wrap=True)
    else:
        print_table(rich_table(one.table, one.confidence, skip=("factor",)), title)
    if one.pairs is not None and len(one.pairs):
        pairs = one.pairs.head(PAIRS)
        pairs = pairs.set_axis([" x ".join(pair) for pair in pairs.index]).rename_axis("pair")
        console.print()
        console.print(rich_table(pairs, one.confidence))
        if len(one.pairs) > PAIRS:
            console.print(f"[dim]... {len(one.pairs) - PAIRS} more pairs in the file[/]")
    facts = ", ".join(f"{name} {_short(value)}" for name, value in one.statistics.items())
    noise = one.noise
    if noise.replicates > 1 and not one.constant:
        facts += f"; luck: {noise.of_means:.1%} of the variance of row means, {noise.of_run:.1%} of that of single runs"
    console.print(f"[dim]{facts}[/]", soft_wrap=True)
    tell_remarks(one.remarks, one.outcome)


_METHODS = {
    "sobol": "Sobol' indices",
    "morris": "elementary effects over the whole range",
    "regression": "regression on standardised values and ranks",
    "one-at-a-time": "one factor at a time",
    "variance-shares": "shares of variance over the grid",
}


def _noise_table(found: Sequence[Sensitivity]) -> pd.DataFrame:
    import dataclasses

    import pandas as pd

    return pd.DataFrame([{"outcome": one.outcome, **dataclasses.asdict(one.noise)} for one in found])


# -- shared with the other commands that analyse sweeps ----------------------------------------------------


@contextlib.contextmanager
def analysed() -> Iterator[None]:
    """Tell in a line what cannot be analysed, with exit code 2."""
    with told_plainly():
        from sim.analysis import AnalysisError

        try:
            yield
        except AnalysisError as error:
            complain(str(error))
            raise typer.Exit(2) from None


@contextlib.contextmanager
def passed_over(outcome: str, failed: list[str], asked_for: bool) -> Iterator[None]:
    """Let an outcome that cannot be analysed not stop the others, unless it was asked for."""
    from sim.analysis import AnalysisError

    try:
        yield
    except AnalysisError as error:
        if asked_for:
            raise
        failed.append(f"{outcome} left out: {error}")


def tell_failed(failed: Sequence[str], others: bool) -> None:
    """Print which outcomes could not be analysed; without others, the first reason stops the command."""
    from sim.analysis import AnalysisError

    if failed and not others:
        raise AnalysisError(failed[0].split(" left out: ", 1)[1])
    for line in failed:
        complain(line)


def tell_incomplete(data: Any) -> None:
    """Say that a sweep is still running or was stopped."""
    if not data.complete:
        typer.secho("note: the sweep is not complete; what is there is analysed", err=True, fg="yellow")


def tell_remarks(remarks: Sequence[str], about: str = "") -> None:
    """Print remarks to standard error, each with what it is about."""
    for remark in remarks:
        typer.secho(f"note: {about + ': ' if about else ''}{remark}", err=True, fg="yellow")


def print_table(table: Table, title: str) -> None:
    """Print a table under a title, which may be wider."""
    console = terminal()
    console.print(f"\n{title}", soft_wrap=True)
    console.print(table)


def write_csv(table: pd.DataFrame, path: Path, index: bool = True) -> None:
    """Write a table as CSV, empty where a number is not defined."""
    from sim.recording.store import write_bytes

    with _written(path):
        write_bytes(table.to_csv(index=index, lineterminator="\n").encode(), path)


def write_or_remove(table: pd.DataFrame | None, path: Path) -> None:
    """Write a table as CSV; where there is none, remove that of an earlier analysis, which would be taken for it."""
    if table is not None:
        write_csv(table, path)
        return
    with _written(path):
        path.unlink(missing_ok=True)


def write_facts(facts: Mapping[str, Any], path: Path) -> None:
    """Write plain data as JSON, ``null`` where a number is not defined."""
    from sim.recording.store import write_json

    with _written(path):
        write_json(_without_nan(facts), path)


@contextlib.contextmanager
def _written(path: Path) -> Iterator[None]:
    """Make the folder of a file, and tell in a line why it could not be written."""
    from sim.recording.store import StoreError

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield
    except OSError as error:
        raise StoreError(f"{path} could not be written: {error.strerror or error}") from None


def _without_nan(value: Any) -> Any:
    """Plain data for JSON, which knows neither NaN nor NumPy's numbers."""
    if isinstance(value, Mapping):
        return {key: _without_nan(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_without_nan(inner) for inner in value]
    plain = value.item() if hasattr(value, "item") else value
    return None if isinstance(plain, float) and not math.isfinite(plain) else plain


def finish(target: Path, quiet: bool) -> None:
    """Print the folder of the files."""
    from rich.markup import escape

    if quiet:
        typer.echo(str(target))
    else:
        terminal().print(f"\n[bold]{escape(str(target))}[/]")


def short_unit(unit: str) -> str:
    """A unit without its remark, and nothing for a pure number."""
    short = unit.split(" (")[0]
    return "" if short == "1" else short


def heading(name: str, unit: str, about: str) -> str:
    """A title with its unit and a remark, as markup."""
    from rich.markup import escape

    shown = f" ({escape(short_unit(unit))})" if short_unit(unit) else ""
    return f"[bold]{escape(name)}[/]{shown}  [dim]{escape(about)}[/]"


def rich_table(
    table: pd.DataFrame,
    confidence: float = 0.95,
    skip: Sequence[str] = (),
    labels: Mapping[str, str] | None = None,
) -> Table:
    """A table for the terminal; columns ``x_low`` and ``x_high`` become an interval behind ``x``."""
    from rich.markup import escape
    from rich.table import Table

    from sim.report.headlines import span

    made = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    made.add_column(str(table.index.name or ""), style="cyan")
    names = [str(name) for name in table]
    ends = {name for name in names if name.endswith(("_low", "_high")) and name.rsplit("_", 1)[0] in names}
    columns = [name for name in names if name not in ends and name not in skip]
    for name in columns:
        made.add_column(escape((labels or {}).get(name, name.replace("_", " "))), justify="right")
        if f"{name}_low" in ends:
            made.add_column(f"{100 * confidence:.4g} % interval")
    for label, row in zip(table.index, table.to_dict("records"), strict=True):
        cells = []
        for name in columns:
            cells.append(("*" if row[name] else "") if name == "chosen" else escape(_short(row[name])))
            if f"{name}_low" in ends:
                cells.append(span(row[f"{name}_low"], row[f"{name}_high"]))
        made.add_row(escape(str(label)), *cells)
    return made


def _short(value: Any) -> str:
    """A cell: three digits for a number, texts as they are."""
    import numpy as np

    from sim.report.headlines import shown

    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    if isinstance(value, int | np.integer):
        return f"{value:,}"
    if isinstance(value, float | np.floating):
        return shown(float(value))
    return str(value)

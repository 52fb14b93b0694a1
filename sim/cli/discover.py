"""``parity discover``: which values of the factors go with a condition on the outcomes."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.run import QuietOption, command_line, slug, terminal
from sim.cli.sensitivity import (
    DirectoryArgument,
    analysed,
    finish,
    print_table,
    rich_table,
    tell_incomplete,
    tell_remarks,
    write_csv,
    write_facts,
    write_or_remove,
)

if TYPE_CHECKING:
    import pandas as pd

    from sim.analysis import Box, Discovery

FORMAT = "parity-discovery/1"
#: Rows of the trajectory and of the leaves to print; the files have all.
ROWS = 14


def register(app: typer.Typer) -> None:
    """Add ``parity discover``."""
    app.command()(discover)


def discover(
    directory: DirectoryArgument,
    outcome: Annotated[
        str,
        typer.Option(
            "--outcome",
            "-y",
            metavar="CONDITION",
            help="Condition on outcomes and factors, e.g. 'valuation_us_labs < 0.8 * baseline'.",
        ),
    ],
    method: Annotated[
        str,
        typer.Option("--method", metavar="NAME", help="prim, cart, or both: CART checks what PRIM found."),
    ] = "both",
    density_min: Annotated[
        float, typer.Option("--density-min", help="Density that the box shall have.")
    ] = 0.8,
    peel_alpha: Annotated[
        float, typer.Option("--peel-alpha", help="Share of a box that PRIM peels off in a step.")
    ] = 0.05,
    mass_min: Annotated[
        float, typer.Option("--mass-min", help="Smallest share of all cases in a box.")
    ] = 0.05,
    box: Annotated[
        int | None, typer.Option("--box", metavar="K", help="Take this box of the trajectory.")
    ] = None,
    per_run: Annotated[
        bool, typer.Option("--per-run", help="Let every run be a case, not the mean over replicates.")
    ] = False,
    point: Annotated[
        str,
        typer.Option(
            "--point",
            metavar="WHERE",
            help="Point of the box for the scenario: centre, or medoid of its cases.",
        ),
    ] = "centre",
    try_: Annotated[
        bool, typer.Option("--try", help="Run the scenario of the box and see whether the condition holds.")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="FILE", help="Scenario file; default: DIR/analysis/box.toml."),
    ] = None,
    quiet: QuietOption = False,
) -> None:
    """Find the values of the factors that go with a condition, and write a scenario file for them.

    A CONDITION compares outcomes and factors with numbers: + - * / **, < <= > >= == !=, and, or, not, abs, log,
    log10, exp, sqrt, min, max, defined(NAME). baseline is the mean of the outcome in the base scenario,
    baseline.NAME that of another. Names that are no Python names stand in `backquotes`.

    The box is the one with the highest coverage among those of the density asked for; if none is so dense, the one
    with the best balance of both (F1). DIR/analysis gets box.csv, box-trajectory.csv, box-leaves.csv, box.json (what
    was asked and found, remarks included; parity report reads it) and box.toml; with --out, files of that name.

      [cyan]parity discover sweeps/my-sweep --outcome 'lag > 1.5 * baseline and control > 0.3'[/cyan]
    """
    with analysed():
        from rich.markup import escape

        import sim.analysis as analysis
        from sim.experiments.sweep.dataset import load_data

        if point not in ("centre", "medoid"):
            raise analysis.AnalysisError(f'--point "{point}": centre or medoid')
        data = load_data(directory)
        tell_incomplete(data)
        found = analysis.discover(
            data.runs, data, outcome, base=data.base, method=method,  # type: ignore[arg-type]
            density_min=density_min, peel_alpha=peel_alpha, mass_min=mass_min, box=box, per_run=per_run,
        )  # fmt: skip
        target = directory / "analysis"
        file = out or target / "box.toml"
        stem = slug(file.stem)
        write_csv(found.box.table, target / f"{stem}.csv")
        for name, table in (("trajectory", found.trajectory), ("leaves", found.leaves)):
            write_or_remove(table, target / f"{stem}-{name}.csv")
        if not quiet:
            _show(found)
        told, written = _scenario(data.sweep, found, file, point, try_)
        remarks = [*found.remarks, *told]
        asked = {
            "method": method, "density_min": density_min, "peel_alpha": peel_alpha, "mass_min": mass_min, "box": box,
            "per_run": per_run, "point": point,
        }  # fmt: skip
        write_facts(_facts(data.sweep, found, asked, remarks, written), target / f"{stem}.json")
        tell_remarks(remarks)
        finish(target, quiet)
        if written and not quiet:
            command = shlex.join(["parity", "run", str(written[0])])
            terminal().print(f"[bold]{escape(str(written[0]))}[/]  [dim]{escape(command)}[/]", soft_wrap=True)


def _scenario(
    sweep: Any, found: Discovery, file: Path, point: str, try_: bool
) -> tuple[list[str], list[Path]]:
    """Write the scenario of the box; returns remarks and the files."""
    import sim.analysis as analysis

    if sweep.base_scenario is None:
        return [f"no scenario file: the sweep runs the external model {sweep.model}"], []
    if not found.box.limits:
        return ["no scenario file: the box has no limits"], []
    values = analysis.box_values(found, sweep.factors, point)  # type: ignore[arg-type]
    written = analysis.write_box(file, sweep, found, values, point=point, command=command_line())
    if not try_:
        return [], written
    means, holds = analysis.try_scenario(analysis.box_scenario(sweep, values), sweep, found, values)
    shown = ", ".join(f"{name} = {value:.4g}" for name, value in means.items())
    verdict = "holds" if holds else "does not hold"
    return [
        f"the scenario of the box, run with the seeds of the sweep: {shown}; the condition {verdict}"
    ], written


def _facts(
    sweep: Any, found: Discovery, asked: dict[str, Any], remarks: list[str], written: list[Path]
) -> dict[str, Any]:
    """What was asked and found as plain data: all that the tables do not say."""
    return {
        "format": FORMAT,
        "command": command_line(),
        "sweep": sweep.name,
        "condition": found.condition,
        "baseline": dict(found.baseline),
        "asked": asked,
        "cases": len(found.of_interest),
        "of_interest": int(found.of_interest.sum()),
        "rule": found.rule,
        "box": _box_facts(found.box),
        "prim": None if found.prim is None else _box_facts(found.prim),
        "cart": None if found.cart is None else _box_facts(found.cart),
        "remarks": remarks,
        "scenario": str(written[0]) if written else None,
    }


def _box_facts(box: Box) -> dict[str, Any]:
    import dataclasses

    plain = {one.name: getattr(box, one.name) for one in dataclasses.fields(box) if one.name != "inside"}
    return plain | {"limits": [{**dataclasses.asdict(one), "text": one.text} for one in box.limits]}


def _show(found: Discovery) -> None:
    from rich.markup import escape

    console = terminal()
    hits, total = int(found.of_interest.sum()), len(found.of_interest)
    console.print(
        f"\n[bold]{escape(found.condition)}[/]  [dim]{hits:,} of {total:,} cases are of interest[/]"
    )
    for name, value in found.baseline.items():
        console.print(f"[dim]baseline of {escape(name)}: {value:.6g}[/]")
    if found.trajectory is not None:
        boxes = _thinned(found.trajectory).drop(columns="mean")
        print_table(rich_table(boxes), "[bold]Boxes of PRIM[/]")
    if found.leaves is not None:
        print_table(rich_table(found.leaves.head(ROWS // 2)), "[bold]Densest leaves of CART[/]")
    print_table(rich_table(_limits(found.box)), _title(found))


def _title(found: Discovery) -> str:
    from rich.markup import escape

    box = found.box
    return (
        f"[bold]Box {box.number} of {box.method.upper()}[/]: density {box.density:.2f}, coverage {box.coverage:.2f}, "
        f"mass {box.mass:.2f}  [dim]{escape(found.rule)}[/]"
    )


def _limits(box: Box) -> pd.DataFrame:
    import pandas as pd

    lines = [[one.text, _whole(one), one.quasi_p_low, one.quasi_p_high] for one in box.limits]
    return pd.DataFrame(
        lines,
        index=pd.Index([one.factor for one in box.limits], name="factor"),
        columns=["limit", "of", "quasi-p low", "quasi-p high"],
    )


def _whole(limit: Any) -> str:
    if limit.whole_low is None:
        return ", ".join(limit.whole_labels)
    return f"{limit.whole_low:.4g} to {limit.whole_high:.4g}"


def _thinned(trajectory: pd.DataFrame) -> pd.DataFrame:
    """Rows in which the restricted factors change, the chosen one, the last, and some between."""
    import numpy as np

    changes = trajectory["factors"].ne(trajectory["factors"].shift()) | trajectory["chosen"]
    changes.iloc[-1] = True
    left = max(ROWS - int(changes.sum()), 0)
    spread = np.unique(np.linspace(0, len(trajectory) - 1, left + 2).round().astype(int))
    changes.iloc[spread] = True
    return trajectory[changes]

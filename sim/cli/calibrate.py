"""``parity calibrate``: which values of the factors the observed record leaves possible."""

from __future__ import annotations

import importlib.util
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli.run import QuietOption, WorkersOption, command_line, complain, plural, terminal, told_plainly

if TYPE_CHECKING:
    from sim.calibration.running import Calibration
    from sim.calibration.settings import Plan

EXTRA = ("pyabc", "greenlet")
INTERRUPTED = 130
#: Processor seconds of one simulation, for an estimate without a measurement: agents and events as in the hindcast.
SECONDS_EACH = 0.075


def register(app: typer.Typer) -> None:
    """Add ``parity calibrate``."""
    app.command()(calibrate)


def calibrate(
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar="DIR", help="Folder; begun there, it goes on.")
    ] = Path("runs/calibration"),
    populations: Annotated[
        int, typer.Option("--populations", min=1, max=50, help="Generations; more can be added later.")
    ] = 3,
    particles: Annotated[
        int, typer.Option("--particles", min=20, max=20_000, help="Particles of a generation.")
    ] = 600,
    prior: Annotated[
        int, typer.Option("--prior", min=60, max=1_000_000, help="Points of the prior sample.")
    ] = 3000,
    probes: Annotated[
        int, typer.Option("--probes", min=60, max=1_000_000, help="Points run again with access tightened.")
    ] = 2000,
    seed: Annotated[
        int, typer.Option("--seed", "-s", min=0, max=2**31, help="Seed of everything random.")
    ] = 0,
    workers: WorkersOption = None,
    resume: Annotated[
        bool,
        typer.Option("--resume/--no-resume", help="Go on with what is in DIR, or refuse if anything is."),
    ] = True,
    fast: Annotated[
        bool, typer.Option("--fast", help="A few points, to see that everything works: no result.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print the plan and an estimate of the time.")
    ] = False,
    quiet: QuietOption = False,
) -> None:
    """Hold the model against the record to June 2025: which factors does it narrow, which does it leave open?

    Nineteen factors (the twelve of the studies, and seven scales) are drawn from their stated ranges. Each point is one
    free hindcast, scored on every observable that free mode predicts. ABC-SMC keeps what comes close; a check on
    synthetic records says whether the intervals can be trusted; the report says what is not identified, shows the ridge
    between copying and other catch-up, and measures what would break it.

    The same command goes on where it was interrupted. Results do not depend on --workers. DIR gets report/report.html,
    posterior.parquet (one row a particle, with its weight), calibrated.toml (medians; intervals in its comments) and
    calibration.json. Draw from the posterior rather than use its medians: factors that trade off go together there.

      [cyan]parity calibrate --dry-run[/cyan]                       how long it would take
      [cyan]parity calibrate --fast --out DIR[/cyan]                two minutes, no result
      [cyan]parity calibrate --out DIR --seed 1[/cyan]
      [cyan]parity calibrate --out DIR --seed 1 --populations 4[/cyan]   one generation more
      [cyan]parity run DIR/calibrated.toml[/cyan]
    """
    missing = [name for name in EXTRA if importlib.util.find_spec(name) is None]
    if missing:
        complain("parity calibrate needs pyabc; install the extra: pip install 'parity-sim[calibration]'")
        raise typer.Exit(2)
    with told_plainly():
        from sim.calibration.settings import Plan
        from sim.experiments.sweep.executors import available

        plan = Plan(prior, particles, populations, probes, seed=seed)
        if fast:
            plan = Plan(prior=320, particles=60, populations=2, probes=200, sets=60, worlds=40, seed=seed)
        count = workers or available()
        if dry_run:
            _tell_plan(plan, count)
            return
        _run(plan, out, count, resume, fast, quiet)


def _run(plan: Plan, out: Path, workers: int, resume: bool, fast: bool, quiet: bool) -> None:
    from sim.calibration.outputs import write
    from sim.calibration.running import calibrate as begin
    from sim.cli.study import _progress as progress_bar

    started = time.perf_counter()
    if fast and not quiet:
        typer.secho(
            "The short version: it shows that every step works and is no result.", err=True, fg="yellow"
        )
    try:
        with progress_bar("calibration", quiet) as report:
            done = begin(
                out, plan, workers=workers, resume=resume, progress=report,
                warn=lambda text: typer.secho(f"note: {text}", err=True, fg="yellow"),
            )  # fmt: skip
    except KeyboardInterrupt:
        complain(
            f"interrupted; what is finished is kept in {out}. To go on, repeat the command:\n  {command_line()}"
        )
        raise typer.Exit(INTERRUPTED) from None
    seconds = time.perf_counter() - started
    page = write(done, out, command_line(), seconds)
    if quiet:
        typer.echo(str(page))
    else:
        _tell(done, page, time.perf_counter() - started)


def _tell_plan(plan: Plan, workers: int) -> None:
    from sim.calibration.running import expected

    total = expected(plan)
    minutes = total * SECONDS_EACH / workers / 60.0
    terminal().print(
        f"prior sample {plan.prior:,} · {plan.populations} generations of {plan.particles:,} particles "
        "· access tightened "
        f"{plan.probes:,} · prediction {2 * plan.worlds:,}: about {total:,} simulations, {minutes:.0f} minutes with "
        f"{plural(workers, 'process').replace('processs', 'processes')} that are otherwise idle."
    )


def _tell(done: Calibration, page: Path, seconds: float) -> None:
    from rich.markup import escape
    from rich.table import Table

    from sim.calibration.report import factor_table
    from sim.report.markup import words

    console = terminal()
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for heading in ("factor", "median", "90 %", "prior", "contraction", ""):
        table.add_column(heading, justify="left" if heading in ("factor", "") else "right")
    for row in factor_table(done).to_dict("records"):
        table.add_row(
            str(row["factor"]), f"{row['q50']:.2f}", f"{row['q05']:.2f} to {row['q95']:.2f}",
            f"{row['low']:g} to {row['high']:g}", f"{row['contraction']:.2f}",
            "" if row["identified"] else "[dim]not identified[/]",
        )  # fmt: skip
    console.print(table)
    from sim.calibration.report import calibration_report

    for finding in calibration_report(done, command_line()).findings[:6]:
        console.print(f"[cyan]·[/] {escape(words(finding))}")
    console.print(
        f"\n[bold]{escape(str(page))}[/]  [dim]{done.simulations:,} simulations, {seconds / 60:.1f} min[/]"
    )

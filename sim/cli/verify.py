"""``parity verify``: what the derivations demand, checked in the emergent model."""

from __future__ import annotations

from typing import Annotated

import typer


def verify(
    groups: Annotated[
        list[str] | None,
        typer.Argument(
            help="Groups of checks: control, campaign, sophistication, friction, martingale, label-swap, "
            "patterns, peers; all by default."
        ),
    ] = None,
    seeds: Annotated[int, typer.Option(min=2, help="Paired seeds of each comparison.")] = 200,
) -> None:
    """Check the emergent model against the derivations: signs, exact zeros, neutrality, patterns, peers.

    Prints each statement with what the derivation predicts and what the model does, over paired seeds with 95 %
    intervals. Leaves with code 1 if any of them disagree. With 200 seeds this takes several minutes.
    """
    from rich.console import Console
    from rich.markup import escape

    from sim.experiments.verification import GROUPS, verify

    unknown = sorted(set(groups or ()) - set(GROUPS))
    if unknown:
        raise typer.BadParameter(f"unknown group {', '.join(unknown)}; known: {', '.join(GROUPS)}")
    console = Console(soft_wrap=True, highlight=False)
    failures = total = 0
    shown = ""
    for check in verify(groups or (), seeds):
        if check.group != shown:
            shown = check.group
            console.print(f"\n[bold]{shown}[/]")
        mark = "[green]agrees   [/]" if check.agrees else "[yellow]disagrees[/]"
        statement, found = (
            escape(check.statement),
            escape(f"predicted: {check.predicted}; measured: {check.measured}"),
        )
        console.print(f"  {mark} {statement}\n            {found}")
        failures += not check.agrees
        total += 1
    console.print(f"\n{total - failures} of {total} statements agree ({seeds} paired seeds).")
    if failures:
        raise typer.Exit(1)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("verify")(verify)

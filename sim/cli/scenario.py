"""``parity scenario``: list, show, check, compare and describe scenario files."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.run import ScenarioArgument, SetOption, told_plainly

if TYPE_CHECKING:
    from rich.table import Table

    from sim.scenario import Loaded, ParameterInfo, Scenario

commands = typer.Typer(no_args_is_help=True, rich_markup_mode="rich")


def register(app: typer.Typer) -> None:
    """Add ``parity scenario``."""
    app.add_typer(commands, name="scenario", help="List, show, check and compare scenarios.")


@commands.command("list")
def list_() -> None:
    """List the scenarios that ship with Parity and the question each is for."""
    from rich.table import Table

    from sim.scenario.shipped import question, shipped_scenarios

    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(style="bold cyan", no_wrap=True)
    table.add_column()
    for name, path in shipped_scenarios().items():
        table.add_row(name, question(path))
    _print(table)


@commands.command()
def show(
    scenario: ScenarioArgument,
    set_: SetOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of TOML.")] = False,
) -> None:
    """Show every value of a scenario: its unit, who set it, the default, and where the default comes from.

    The output is itself a complete scenario file:  parity scenario show baseline > mine.toml
    """
    from sim.scenario import load

    loaded = load(scenario, set_ or ())
    typer.echo(_as_json(loaded) if as_json else _as_toml(loaded), nl=False)


@commands.command()
def check(
    files: Annotated[
        list[str],
        typer.Argument(metavar="SCENARIO...", help="Paths to .toml files, or names of shipped scenarios."),
    ],
    set_: SetOption = None,
) -> None:
    """Check scenario and sweep files and report everything that is wrong with them; exit code 2 if anything is."""
    from sim.cli import print_problems
    from sim.experiments.sweep.shipped import is_sweep_file
    from sim.scenario import ScenarioError, load

    failed = False
    for file in files:
        try:
            if is_sweep_file(file):
                from sim.experiments.sweep.loading import load_sweep

                sweep = load_sweep(file, set_ or ())
                typer.echo(f"ok  {file}  ({sweep.digest()[:12]}, {sweep.runs:,} runs)")
                for remark in sweep.notes:
                    typer.echo(f"    note: {remark}")
                continue
            scenario = load(file, set_ or ()).scenario
        except ScenarioError as error:
            failed = True
            print_problems(error)
            continue
        typer.echo(f"ok  {file}  ({scenario.digest()[:12]})")
        for remark in scenario.advice():
            typer.echo(f"    note: {remark}")
    if failed:
        raise typer.Exit(2)


@commands.command()
def schema(
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write to this file instead of the terminal.")
    ] = None,
    sweep: Annotated[bool, typer.Option("--sweep", help="The schema of sweep files instead.")] = False,
) -> None:
    """Print the JSON Schema of scenario files, for completion and checks in an editor."""
    import json

    if sweep:
        from sim.experiments.sweep.loading import sweep_schema as file_schema
    else:
        from sim.scenario import file_schema

    text = json.dumps(file_schema(), indent=2, ensure_ascii=False) + "\n"
    if output is None:
        typer.echo(text, nl=False)
    else:
        with told_plainly():
            output.write_text(text, encoding="utf-8")


@commands.command()
def diff(
    a: Annotated[str, typer.Argument(metavar="A", help="A scenario.")],
    b: Annotated[str, typer.Argument(metavar="B", help="Another scenario.")],
) -> None:
    """Show which values differ between two scenarios, with their units."""
    from rich.table import Table

    from sim.scenario import load_scenario, parameter_info

    rows = _differences(load_scenario(a), load_scenario(b))
    if not rows:
        typer.echo(f"{a} and {b} do not differ")
        return
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for title in ("key", a, b, "unit"):
        table.add_column(title, overflow="fold")
    for key, one, other in rows:
        info = parameter_info(key)
        table.add_row(key, _short(one), _short(other), _unit(info))
    _print(table)


def _print(table: Table) -> None:
    """Print a table; one that goes to a file or another program gets long lines."""
    import os

    from rich.console import Console

    console = Console(highlight=False)
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console = Console(width=160)
    console.print(table)


def _differences(a: Scenario, b: Scenario) -> list[tuple[str, Any, Any]]:
    """Return the keys whose values differ, with both values; nothing stands for a key that is absent."""
    from sim.scenario import differing_events, differing_values

    events, others = a.resolved()["events"], b.resolved()["events"]
    only, added = differing_events(a, b)
    rows = differing_values(a, b)
    rows += [(f"events[{place}]", _event(events[place]), None) for place in only]
    rows += [(f"events[{place}]", None, _event(others[place])) for place in added]
    return rows


def _event(event: dict[str, Any]) -> str:
    from sim.scenario.events import EVENT_MODELS

    fields = EVENT_MODELS[event["type"]].model_fields
    time = event.get("date") or f"week {event['week']}"
    shown = ("type", "date", "week")
    rest = [f"{k}={_short(v)}" for k, v in event.items() if k not in shown and v != fields[k].default]
    return f"{event['type']}, {time}: {', '.join(rest)}" if rest else f"{event['type']}, {time}"


def _short(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)


def _unit(info: ParameterInfo | None) -> str:
    return info.unit if info is not None and info.unit not in ("choice", "switch", "name") else ""


def _as_toml(loaded: Loaded) -> str:
    """Return the resolved scenario as TOML, with what is known about each value behind it."""
    from sim.scenario import parameter_info
    from sim.scenario.parameter import STATUS
    from sim.scenario.toml import write_toml

    resolved = loaded.scenario.resolved()

    def remark(path: tuple[str, ...]) -> str:
        info = parameter_info(".".join(path))
        return "" if info is None else "; ".join(filter(None, _facts(info, loaded, path, resolved)))

    files = " extends ".join(loaded.files)
    head = f"# Resolved from {files}\n# digest {loaded.scenario.digest()}\n"
    letters = ", ".join(f"[{letter}] {text}" for letter, text in STATUS.items())
    legend = f"# behind each value: unit; who set it; status and source of the default\n# {letters}\n\n"
    return head + legend + write_toml(resolved, remark)


def _facts(info: ParameterInfo, loaded: Loaded, path: tuple[str, ...], resolved: dict[str, Any]) -> list[str]:
    value: Any = resolved
    for part in path:
        value = value[part]
    key = ".".join(path)
    set_by = loaded.origins.get(key)
    default = _default(info, path)
    if set_by is None:
        who = "default"
    elif default is None or value == default:
        who = f"set by {_name(set_by)}" + (", the default" if default is not None else "")
    else:
        who = f"set by {_name(set_by)}, default {_short(default)}"
    return [_unit(info) if info.unit != "1" else "", who, f"[{info.status}] {info.provenance}"]


def _name(file: str) -> str:
    return file if file.startswith("--") else Path(file).name


def _default(info: ParameterInfo, path: tuple[str, ...]) -> Any:
    """Return the default of a value: of the named entry if the baseline has it, else of its kind."""
    value: Any = _defaults()
    for part in path:
        value = value.get(part) if isinstance(value, dict) else None
    return info.default if value is None else value


@functools.cache
def _defaults() -> dict[str, Any]:
    from sim.scenario import Scenario

    return Scenario().resolved()


def _as_json(loaded: Loaded) -> str:
    import json

    from sim.scenario import flat_values, parameter_info

    resolved = loaded.scenario.resolved()
    values = {}
    for key, value in flat_values({k: v for k, v in resolved.items() if k != "events"}).items():
        info = parameter_info(key)
        if info is not None:
            values[key] = {
                "value": value,
                "unit": info.unit,
                "default": _default(info, tuple(key.split("."))),
                "set_by": loaded.origins.get(key),
                "status": info.status,
                "provenance": info.provenance,
                "description": info.description,
            }
    document = {
        "digest": loaded.scenario.digest(),
        "files": list(loaded.files),
        "notes": loaded.scenario.advice(),
        "scenario": resolved,
        "parameters": values,
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"

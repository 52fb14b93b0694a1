"""The tables of a sweep file: keys, types and what an editor is told about them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from sim.experiments.sweep.designs import DesignKind
from sim.experiments.sweep.outcomes import REDUCTIONS, Transform
from sim.scenario.parameter import Section, Text, Texts


def _says(allowed: str, **more: Any) -> dict[str, Any]:
    """What messages say a key takes, and further facts for editors."""
    return {"allowed": allowed, **more}


def _pair(value: Any) -> Any:
    if isinstance(value, list | tuple) and len(value) == 2:
        return tuple(value)
    raise PydanticCustomError("not_a_pair", "not a pair")


def _listed(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


Pair = Annotated[tuple[float, float], BeforeValidator(_pair)]
WholePair = Annotated[tuple[int, int], BeforeValidator(_pair)]
Values = Annotated[tuple[Any, ...], BeforeValidator(_listed)]
Rows = Annotated[tuple[dict[str, Any], ...], BeforeValidator(_listed)]
Names = dict[str, Any]


class Header(Section):
    """Keys at the top of a sweep file."""

    name: Text | None = Field(
        None,
        min_length=1,
        description="Name of the sweep; default: the file's stem.",
        json_schema_extra=_says("a text in quotes"),
    )
    title: Text | None = Field(
        None, description="One line for figures and reports.", json_schema_extra=_says("a text in quotes")
    )
    base: Any = Field(
        None,
        description="Base scenario: a shipped name, a path relative to this file, or a table with a whole scenario.",
        json_schema_extra=_says("a name or path of a scenario", type=["string", "object"]),
    )
    model: Text | None = Field(
        None,
        description="External model in place of a scenario: package.module:function.",
        json_schema_extra=_says('a text "package.module:function"'),
    )
    weeks: int | None = Field(None, ge=1, le=2600, description="Recorded weeks, in place of run.weeks.")
    replicates: int = Field(
        1,
        ge=1,
        le=1_000_000,
        description="Runs of every design row, with the same seeds each.",
        json_schema_extra=_says("a whole number from 1 to 1,000,000"),
    )
    seed: int = Field(
        0,
        ge=0,
        le=2**62,
        description="Seed of replicate 0; replicate k has seed + k.",
        json_schema_extra=_says("a whole number from 0 to 2^62"),
    )


class DesignTable(Section):
    """How the space of the factors is visited."""

    kind: DesignKind = Field(description="Which design.")
    samples: int | None = Field(
        None,
        ge=1,
        le=10_000_000,
        description="N of Saltelli's scheme (a power of 2), points of a Latin hypercube, or Morris trajectories.",
    )
    second_order: bool = Field(True, description="Sobol': also the rows that second-order indices need.")
    levels: int = Field(
        4,
        ge=2,
        le=10_000,
        description="Morris: levels of the grid; grid and one-at-a-time: levels of ranges without their own.",
    )
    seed: int | None = Field(
        None,
        ge=0,
        le=2**62,
        description="Of the design's randomness; default: the sweep's seed.",
        json_schema_extra=_says("a whole number from 0 to 2^62"),
    )
    grouped: bool = Field(False, description="Sobol' and Morris: move the groups of the factors together.")
    rows: Rows | None = Field(
        None,
        description="List: one table {factor = value, ...} a row.",
        json_schema_extra=_says("a list of tables {factor = value, ...}"),
    )


class FactorTable(Section):
    """One factor; its header is a key path of the scenario, or a free name where keys say what is moved."""

    name: Text | None = Field(
        None,
        min_length=1,
        description="Column name; default: the header.",
        json_schema_extra=_says("a text in quotes"),
    )
    keys: Texts | None = Field(
        None,
        description="Key paths that all get the factor's value.",
        json_schema_extra=_says("a list of key paths in quotes"),
    )
    range: Pair | None = Field(
        None, description="Smallest and largest value.", json_schema_extra=_says("two numbers [low, high]")
    )
    scale: Literal["linear", "log"] = Field("linear", description="How the range is covered.")
    integer: bool = Field(False, description="Whole numbers only; implied by keys that take only these.")
    levels: int | None = Field(
        None, ge=2, le=10_000, description="Levels of the range in a grid and one at a time."
    )
    values: Values | None = Field(
        None,
        description="The values, in place of a range.",
        json_schema_extra=_says("a list of values", items={"type": ["number", "string", "boolean"]}),
    )
    settings: dict[str, dict[str, Any]] | None = Field(
        None,
        description='Bundles of changes by label: settings.loud = {"claims.policy" = "strategic"}.',
        json_schema_extra=_says("tables of changes by label"),
    )
    scenarios: Any = Field(
        None,
        description="Whole scenarios in place of the base: names or paths, or a table of these by label.",
        json_schema_extra=_says("a list of names or paths of scenarios", type=["array", "object"]),
    )
    group: Text | None = Field(
        None,
        min_length=1,
        description="Group for grouped designs.",
        json_schema_extra=_says("a text in quotes"),
    )
    default: Any = Field(
        None,
        description="Base value, where the base has none (external models, several keys).",
        json_schema_extra=_says("a value", type=["number", "string", "boolean"]),
    )
    unit: Text | None = Field(
        None, description="Unit, where no key has one.", json_schema_extra=_says("a text in quotes")
    )
    description: Text | None = Field(
        None, description="What it is, where no key says so.", json_schema_extra=_says("a text in quotes")
    )


class OutcomeTable(Section):
    """One number a run."""

    output: Text = Field(description="Weekly output.", json_schema_extra=_says("the name of an output"))
    reduce: Text = Field(
        description="How the weeks become one number.",
        json_schema_extra=_says(f"one of {', '.join(REDUCTIONS)}", enum=list(REDUCTIONS)),
    )
    weeks: WholePair | None = Field(
        None,
        description="First and last week of the window; default: the whole recorded run.",
        json_schema_extra=_says("two whole numbers [first, last]"),
    )
    last: int | None = Field(None, ge=1, le=2600, description="The window is the last so many weeks.")
    week: int | None = Field(None, ge=-520, le=2600, description="Week that 'at' reads.")
    threshold: float | None = Field(
        None, description="Of first_week_above, first_week_below and share_above; in the transformed unit."
    )
    transform: Transform | None = Field(
        None,
        description="log, log10, or change (difference to the week before); applied before the reduction.",
    )
    unit: Text | None = Field(
        None, description="Unit, in place of the output's.", json_schema_extra=_says("a text in quotes")
    )
    description: Text | None = Field(
        None, description="What it is, in place of the output's.", json_schema_extra=_says("a text in quotes")
    )


class SeriesTable(Section):
    """Weekly series that are kept whole."""

    outputs: Texts = Field(
        description="Weekly outputs.", json_schema_extra=_says("a list of names of outputs")
    )
    every: int = Field(1, ge=1, le=2600, description="Keep every so many weeks, from week 0.")


#: Tables of a sweep file, besides the keys at the top.
TABLES = ("base_changes", "design", "factors", "outcomes", "series")


def sweep_schema() -> dict[str, Any]:
    """Return the JSON Schema of a sweep file, for completion and checks in an editor."""
    from sim.recording.outputs import OUTPUTS

    schema = _part(Header)
    outcome, series = _part(OutcomeTable), _part(SeriesTable)
    outcome["properties"]["output"]["enum"] = sorted(OUTPUTS)
    series["properties"]["outputs"]["items"] = {"type": "string", "enum": sorted(OUTPUTS)}
    pattern = f"^\\S+ ({'|'.join(REDUCTIONS)})$"
    schema |= {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Parity sweep",
        "description": "What is varied, how, how often it is run, and what is kept.",
        "$defs": {
            "Design": _part(DesignTable),
            "Factor": _part(FactorTable),
            "Outcome": outcome,
            "Series": series,
        },
        "required": ["design", "factors", "outcomes"],
        "oneOf": [{"required": ["base"]}, {"required": ["model"]}],
    }
    schema["properties"] |= {
        "base_changes": {
            "type": "object",
            "description": 'Changes to the base, and to the scenarios of a factor: "key.path" = value.',
        },
        "design": {"$ref": "#/$defs/Design"},
        "factors": {"type": "object", "additionalProperties": {"$ref": "#/$defs/Factor"}, "minProperties": 1},
        "outcomes": {
            "description": 'Numbers kept of every run: name = "output reduction", or a table. '
            "Of an external model: the list of names.",
            "anyOf": [
                {
                    "type": "object",
                    "minProperties": 1,
                    "additionalProperties": {
                        "anyOf": [{"type": "string", "pattern": pattern}, {"$ref": "#/$defs/Outcome"}]
                    },
                },
                {"type": "array", "items": {"type": "string"}, "minItems": 1},
            ],
        },
        "series": {"$ref": "#/$defs/Series"},
    }
    return schema


def _part(table: type[Section]) -> dict[str, Any]:
    """A table's schema without the words that are for messages, and without nulls, which TOML has not."""
    schema = table.model_json_schema()
    for entry in schema["properties"].values():
        entry.pop("allowed", None)
        entry.pop("title", None)
        kinds = [kind for kind in entry.pop("anyOf", []) if kind != {"type": "null"}]
        if len(kinds) == 1:
            entry |= {key: value for key, value in kinds[0].items() if key not in entry}
        elif kinds:
            entry["anyOf"] = kinds
        if entry.get("default", 0) is None:
            del entry["default"]
    return schema

"""A study: its file, read and checked. What decides a verdict is in the file, not in the code.

A study is a folder ``scenarios/studies/NAME/`` with ``study.toml`` (what the parts share, statements, thresholds,
what the study cannot say) and ``parts/PART.toml``. A part is a sweep file with a few keys more,
see :mod:`sim.studies.parts`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sim.scenario import Problem, ScenarioError
from sim.scenario.problems import did_you_mean, problems_of, show
from sim.scenario.shipped import scenario_folder
from sim.scenario.toml import read_toml

FORMAT = "parity-study/1"
FILE = "study.toml"
_KEYS = (
    "format", "title", "question", "seed", "parts", "shared", "bundles", "fast", "thresholds", "statements", "limits",
)  # fmt: skip
_PART_KEYS = (
    "title", "base", "model", "weeks", "replicates", "seed", "base_changes", "design", "factors", "outcomes", "series",
    "folds", "draws", "draw", "cross", "deal_by", "common_outcomes", "fast",
)  # fmt: skip
_STATEMENT_KEYS = {"claim", "rule"}
#: What each key of the file holds, and how that is said.
_SHAPES: dict[str, tuple[type, str]] = {
    **dict.fromkeys(("title", "question"), (str, "a text")),
    "seed": (int, "a whole number"),
    "parts": (list, "a list of names"),
    **dict.fromkeys(("shared", "bundles", "fast", "thresholds", "statements", "limits"), (dict, "a table")),
}
Table = Mapping[str, Any]


@dataclass(frozen=True)
class Statement:
    """A statement to be judged.

    Attributes
    ----------
    key
        Name, such as ``S1``.
    claim
        What is judged, in a sentence.
    rule
        How it is judged, in words.
    headline
        One of the headline statements.
    gate
        Property of worlds (``copying`` or ``strategy``) that must be decidable before a verdict is printed.
    numbers
        Numbers of the rule.

    """

    key: str
    claim: str
    rule: str
    headline: bool = False
    gate: str = ""
    numbers: Table = field(default_factory=dict)


@dataclass(frozen=True)
class Study:
    """A study as it stands in its folder.

    Attributes
    ----------
    name, title, question
        The folder's name, the heading of the report, and the question.
    seed
        First seed of all luck and designs.
    parts
        Content of each part's file by name, in order.
    shared, bundles
        What all sweeps share, and named bundles of changes.
    thresholds, statements
        The numbers that decide, and the statements.
    limits
        What the study cannot say, and what it asks of readers.
    fast
        Whether this is the short version, which is no result.

    """

    name: str
    title: str
    question: str
    seed: int
    parts: Mapping[str, Table]
    shared: Table
    bundles: Mapping[str, Table]
    thresholds: Table
    statements: Mapping[str, Statement]
    limits: Table
    short: Table = field(repr=False)
    files: Mapping[str, str] = field(repr=False)
    fast: bool = False

    def shortened(self) -> Study:
        """The short version: a few runs of each part, to see that everything works."""
        thresholds = dict(self.thresholds) | {
            key: self.short[key] for key in ("bootstrap", "gate_seeds") if key in self.short
        }
        if "trees" in self.short:
            thresholds["decidability"] = dict(thresholds["decidability"]) | {"trees": self.short["trees"]}
        return replace(self, fast=True, thresholds=thresholds)

    def margin(self, outcome: str) -> float:
        """Equivalence margin of an outcome; effects inside are of no size that counts."""
        return float(self.thresholds["margins"].get(outcome, 0.0))

    @property
    def public(self) -> list[str]:
        """Outputs that an observer of the worlds sees."""
        return [name for kind in self.thresholds["decidability"]["public"].values() for name in kind]

    @property
    def confidence(self) -> float:
        """Confidence of intervals."""
        return float(self.thresholds["confidence"])

    @property
    def bootstrap(self) -> int:
        """Resamples of bootstrap intervals."""
        return int(self.thresholds["bootstrap"])

    def digest(self) -> str:
        """SHA-256 of everything in the study's files, and of whether it is the short version."""
        plain = json.dumps([dict(self.files), self.fast], sort_keys=True)
        return hashlib.sha256(plain.encode()).hexdigest()


def shipped_studies() -> dict[str, Path]:
    """Return the folders of the studies that ship with Parity, by name."""
    return {
        path.parent.name: path.parent for path in sorted((scenario_folder() / "studies").glob(f"*/{FILE}"))
    }


@problems_of("study")
def load_study(given: str | Path) -> Study:
    """Return the study of a folder, or the shipped one of that name.

    Raises
    ------
    ScenarioError
        With everything that is wrong with its files.

    """
    folder = _folder(given)
    problems: list[Problem] = []
    table, text = read_toml(folder / FILE, FILE)
    texts = {FILE: text}
    _known(problems, FILE, table, _KEYS)
    if table.get("format") != FORMAT:
        problems.append(Problem(FILE, "format", show(table.get("format")), f'"{FORMAT}"'))
    for key in ("title", "question", "seed", "parts", "shared", "thresholds", "statements", "limits", "fast"):
        if key not in table:
            problems.append(Problem(FILE, key, "nothing", "a value: every study has one"))
    problems += _misshapen(table)
    if problems:
        raise ScenarioError(problems)
    parts = {}
    for name in table["parts"]:
        file = folder / "parts" / f"{name}.toml"
        if not file.is_file():
            near = did_you_mean(name, [path.stem for path in file.parent.glob("*.toml")])
            problems.append(Problem(FILE, "parts", show(name), f"a file parts/{name}.toml", near))
            continue
        parts[name], texts[f"parts/{name}.toml"] = read_toml(file, f"parts/{name}.toml")
        _known(problems, f"parts/{name}.toml", parts[name], _PART_KEYS)
        if ("draws" in parts[name]) != ("cross" in parts[name]):
            problems.append(
                Problem(f"parts/{name}.toml", "cross", "draws or cross alone", "both, or neither")
            )
    statements = {}
    for key, given_statement in table["statements"].items():
        missing = _STATEMENT_KEYS - given_statement.keys()
        for one in sorted(missing):
            problems.append(Problem(FILE, f"statements.{key}.{one}", "nothing", "a sentence"))
        known = {
            one: given_statement[one]
            for one in ("claim", "rule", "headline", "gate")
            if one in given_statement
        }
        numbers = {one: value for one, value in given_statement.items() if one not in known}
        if not missing:
            statements[key] = Statement(key, numbers=numbers, **known)
    if problems:
        raise ScenarioError(problems)
    return Study(
        name=folder.name, title=table["title"], question=" ".join(table["question"].split()), seed=int(table["seed"]),
        parts=parts, shared=table["shared"], bundles=table.get("bundles", {}), thresholds=table["thresholds"],
        statements=statements, limits=table["limits"], short=table["fast"], files=texts,
    )  # fmt: skip


def _misshapen(table: Table) -> list[Problem]:
    """Say of each key that holds something of another kind than it should."""
    found: list[Problem] = []
    for key, (kind, words) in _SHAPES.items():
        value = table.get(key)
        texts = kind is not list or not isinstance(value, list) or all(isinstance(one, str) for one in value)
        if key in table and not (isinstance(value, kind) and not isinstance(value, bool) and texts):
            found.append(Problem(FILE, key, show(value), words))
    if isinstance(statements := table.get("statements"), dict):
        found += [
            Problem(FILE, f"statements.{key}", show(value), "a table with claim and rule")
            for key, value in statements.items()
            if not isinstance(value, dict)
        ]
    return found


def _folder(given: str | Path) -> Path:
    shipped = shipped_studies()
    if str(given) in shipped:
        return shipped[str(given)]
    path = Path(given)
    if path.name == FILE:
        path = path.parent
    if (path / FILE).is_file():
        return path.resolve()
    near = did_you_mean(path.name, shipped)
    allowed = f"a folder with {FILE}, or one of {', '.join(shipped)}"
    raise ScenarioError([Problem(str(given), "", "no study of that name", allowed, near)])


def _known(problems: list[Problem], file: str, table: Table, known: Iterable[str]) -> None:
    for key in table:
        if key not in known:
            problems.append(
                Problem(file, key, "an unknown key", f"one of {', '.join(known)}", did_you_mean(key, known))
            )

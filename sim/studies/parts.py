"""From the parts of a study to sweeps.

A part's file is a sweep file with these keys more:

``use`` in a bundle of settings
    names of the study's bundles that it consists of; lists of dated events are laid end to end.
``common_outcomes``
    which of the study's shared outcomes are kept (default: all), besides ``[outcomes]``.
``folds``
    number of sweeps with a seed of their own. Rows of one sweep share their luck, so that luck is sampled by folds.
``draws`` and ``cross``
    points of one Latin hypercube in each fold, and partial rows that each point is combined with. ``draw`` narrows the
    ranges that are drawn from; ``deal_by`` names choices by which points are sorted before they are dealt out to folds,
    so that worlds of one fold can advance together.
``fast``
    what the short version changes: ``replicates``, ``folds``, ``draws``, ``samples``, ``weeks``, and ``row``, values
    for all rows of a list.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.studies.study import Study

if TYPE_CHECKING:
    from sim.experiments.sweep.specification import Sweep

#: Seeds between two parts and between two folds, so that no two share luck by accident.
PART_STRIDE, FOLD_STRIDE = 100_000, 100
#: Runs of the burn-in of an iso-lag world: the first and its repetitions (docs/odd.md 5).
ISO_LAG_BURN_INS = 4


@dataclass(frozen=True)
class Block:
    """One sweep of a part: the whole part, or one fold of it."""

    part: str
    fold: int
    data: Mapping[str, Any]

    @property
    def folder(self) -> str:
        """Folder below ``parts/`` of the study's output."""
        return self.part if self.fold < 0 else f"{self.part}/fold-{self.fold:02d}"


def blocks(study: Study, part: str) -> list[Block]:
    """Return the sweeps of a part as plain data for :func:`sim.experiments.sweep.loading.sweep_from`."""
    given = dict(study.parts[part])
    short = dict(study.short) | given.pop("fast", {}) if study.fast else {}
    folds = int(short.get("folds", given.get("folds", 1))) if "folds" in given else 0
    data = _common(study, part, given, short)
    if not folds:
        return [Block(part, -1, data)]
    if "cross" not in given:
        return [Block(part, k, _seeded(data, k)) for k in range(folds)]
    draws = int(short.get("draws", given["draws"]))
    rows = _rows(data, folds * draws, given["cross"], given.get("draw", {}), given.get("deal_by", ()))
    each = draws * len(given["cross"])
    return [
        Block(
            part, k, _seeded(data, k) | {"design": {"kind": "list", "rows": rows[k * each : (k + 1) * each]}}
        )
        for k in range(folds)
    ]


def sweep_of(block: Block) -> Sweep:
    """Return the sweep of a block, validated."""
    from sim.experiments.sweep.loading import sweep_from

    return sweep_from(block.data)


def cross_size(study: Study, part: str) -> int:
    """Number of partial rows that each draw of a part is combined with; 1 if there are none."""
    return len(study.parts[part].get("cross", [None]))


def effort(sweep: Sweep) -> int:
    """World-weeks of a sweep, burn-ins and their repetitions included; 260 for one run of an external model."""
    base = sweep.base_scenario
    if base is None:
        return sweep.runs * (ISO_LAG_BURN_INS * 104 + 156)
    repeated = ISO_LAG_BURN_INS if base.distillation.iso_lag and base.run.burn_in else 1
    return (sweep.runs + sweep.replicates) * (repeated * base.run.burn_in + base.run.weeks)


# -- the pieces ------------------------------------------------------------------------------------------------------


def _common(study: Study, part: str, given: Mapping[str, Any], short: Mapping[str, Any]) -> dict[str, Any]:
    """What all blocks of a part have in common."""
    seed = study.seed + PART_STRIDE * list(study.parts).index(part)
    data: dict[str, Any] = {"name": part, "title": given["title"], "seed": seed}
    data["replicates"] = min(int(given.get("replicates", 1)), int(short.get("replicates", 10**9)))
    data["factors"] = {name: _factor(study, table) for name, table in given["factors"].items()}
    if "design" in given:
        data["design"] = dict(given["design"])
        if "samples" in data["design"] and "samples" in short:
            data["design"]["samples"] = int(short["samples"])
        if "rows" in data["design"] and "row" in short:
            data["design"]["rows"] = [{**row, **short["row"]} for row in data["design"]["rows"]]
    if "model" in given:
        from sim.studies.records import OUTCOMES

        return data | {"model": given["model"], "outcomes": list(OUTCOMES)}
    full = int(given.get("weeks", study.shared["weeks"]))
    weeks = min(full, int(short.get("weeks", full)))
    changes = dict(study.shared["base_changes"]) | dict(given.get("base_changes", {}))
    if study.fast:
        changes |= study.short["base_changes"]
    kept = given.get("common_outcomes", list(study.shared["outcomes"]))
    outcomes = {name: study.shared["outcomes"][name] for name in kept} | dict(given.get("outcomes", {}))
    data |= {"base": given.get("base", study.shared["base"]), "weeks": weeks, "base_changes": changes}
    data["outcomes"] = {name: _scaled(one, full, weeks) for name, one in outcomes.items()}
    if "series" in given:
        data["series"] = {"outputs": study.public} | dict(given["series"])
    return data


def _factor(study: Study, table: Mapping[str, Any]) -> dict[str, Any]:
    table = dict(table)
    if "settings" in table:
        table["settings"] = {label: _bundle(study, bundle) for label, bundle in table["settings"].items()}
    return table


def _bundle(study: Study, bundle: Mapping[str, Any]) -> dict[str, Any]:
    """Lay the bundles that a bundle uses, and its own changes, together."""
    pieces = [study.bundles[name] for name in bundle.get("use", ())]
    pieces.append({key: value for key, value in bundle.items() if key != "use"})
    together: dict[str, Any] = {}
    for piece in pieces:
        for key, value in piece.items():
            together[key] = [*together.get(key, []), *value] if key == "events" else value
    return together


def _seeded(data: Mapping[str, Any], fold: int) -> dict[str, Any]:
    """The same sweep with luck, and in a sampled design also points, of its own."""
    seed = data["seed"] + FOLD_STRIDE * (fold + 1)
    seeded = dict(data) | {"name": f"{data['name']}-{fold:02d}", "seed": seed}
    if "design" in data:
        seeded["design"] = dict(data["design"]) | {"seed": seed}
    return seeded


def _rows(
    data: Mapping[str, Any],
    count: int,
    cross: Sequence[Mapping[str, Any]],
    narrowed: Mapping[str, Any],
    deal_by: Sequence[str],
) -> list[dict[str, Any]]:
    """Rows of all folds, draw by draw: each point of one Latin hypercube, combined with each partial row."""
    from sim.experiments.sweep.loading import sweep_from

    factors = {
        name: table | ({"range": narrowed[name]} if name in narrowed else {})
        for name, table in data["factors"].items()
    }
    lottery = dict(data) | {
        "factors": factors,
        "design": {"kind": "latin-hypercube", "samples": count, "seed": data["seed"]},
    }
    lottery.pop("series", None)
    sweep = sweep_from(lottery)
    table = sweep.table()
    if deal_by:
        table = table.sort_values(list(deal_by), kind="stable", key=lambda column: column.astype(str))
    plain = {factor.name: [factor.plain(one) for one in table[factor.name]] for factor in sweep.factors}
    return [
        {name: values[k] for name, values in plain.items()} | dict(partial)
        for k in range(count)
        for partial in cross
    ]


def _scaled(outcome: Any, full: int, weeks: int) -> Any:
    """An outcome with its window in proportion to a shorter run, where it does not fit into that."""
    if weeks == full or not isinstance(outcome, Mapping):
        return outcome
    scaled = dict(outcome)
    if max([scaled.get("week", 0), *scaled.get("weeks", ())]) < weeks and "last" not in scaled:
        return scaled
    if "last" in scaled:
        scaled["last"] = max(1, scaled["last"] * weeks // full)
    if "week" in scaled:
        scaled["week"] = min(scaled["week"] * weeks // full, weeks - 1)
    if "weeks" in scaled:
        first, last = (one * weeks // full for one in scaled["weeks"])
        scaled["weeks"] = [min(first, weeks - 2), min(max(last, first + 1), weeks - 1)]
    return scaled

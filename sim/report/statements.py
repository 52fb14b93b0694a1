"""Sentences about results, made from the results: other numbers, other sentences.

Nothing here knows what a sweep is about, or what anybody would like it to show. Every function returns sentences
with the markup of :mod:`sim.report.markup`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.report.labels import Labels, shown_value
from sim.report.markup import code
from sim.report.numbers import count, estimate, few, listed, number, percent, plain

if TYPE_CHECKING:
    import pandas as pd

    from sim.analysis.noise import Noise
    from sim.analysis.results import Sensitivity

#: An input whose upper limit is below this share (of the variance, of the largest effect) hardly matters.
LITTLE = 0.05
#: R squared below which a linear description is called poor, and from which it is called good.
POOR, GOOD = 0.5, 0.8
#: Rows from which quantiles say more than extremes.
MANY = 20
#: Share of luck in row means from which it is told what indices would be without it.
MUCH_LUCK = 0.05
#: Most names in a sentence.
NAMES = 6


def sensitivity(found: Sensitivity, labels: Labels) -> list[str]:
    """What a sensitivity analysis found, whatever its method; the first sentence says what matters most."""
    if found.constant:
        return []
    tell = {
        "sobol": _sobol, "morris": _morris, "regression": _regression,
        "one-at-a-time": _one_at_a_time, "variance-shares": _shares,
    }[found.method]  # fmt: skip
    return tell(found, labels)


def noise(found: Noise) -> str:
    """How much of what is seen is luck; nothing if one replicate cannot tell."""
    if np.isnan(found.of_run):
        return ""
    if found.of_run == 0:
        return "Luck plays no part: replicates of a row do not differ."
    runs = f"Luck makes {percent(found.of_run)} of the variance of single runs"
    if np.isnan(found.of_means):
        return f"{runs}."
    return (
        f"{runs}, and {percent(found.of_means)} of that of means over {count(found.replicates, 'replicate')}."
    )


def spread(values: pd.Series, outcome: str, labels: Labels, base: float = float("nan")) -> str:
    """Where an outcome lies over the rows of a design."""
    held = values.dropna()
    if held.empty:
        return f"*{outcome}* is not defined in any complete row."
    unit = _unit(labels, outcome)
    most = len(held) >= MANY
    low, middle, high = (float(held.quantile(q)) for q in ((0.05, 0.5, 0.95) if most else (0.0, 0.5, 1.0)))
    beside = f"; the base scenario has {number(base)}{unit}" if np.isfinite(base) else ""
    if low == high:
        return f"*{outcome}* is {number(middle)}{unit} in {'almost ' if most else ''}every row{beside}."
    who = "nine rows in ten lie" if most else "all lie"
    return (
        f"*{outcome}* has the median {number(middle)}{unit} over {count(len(held), 'row')}; {who} between "
        f"{number(low)} and {number(high)}{unit}{beside}."
    )


def extremes(means: Any, factors: Sequence[str], outcome: str, labels: Labels) -> str:
    """Where over a grid an outcome is smallest and largest; ``means`` has one row a cell."""
    held = means.dropna(subset=[outcome])
    low, high = held.loc[held[outcome].idxmin()], held.loc[held[outcome].idxmax()]
    unit = _unit(labels, outcome)

    def at(row: Any) -> str:
        return listed(f"{code(name)} = {shown_value(row[name])}" for name in factors)

    return (
        f"*{outcome}* is smallest, {number(float(low[outcome]))}{unit}, at {at(low)}, and largest, "
        f"{number(float(high[outcome]))}{unit}, at {at(high)}."
    )


def course(table: pd.DataFrame, factor: str, outcome: str, labels: Labels) -> str:
    """How an outcome runs along one factor; ``table`` has ``level`` and ``mean``, in the order of the levels."""
    unit, level = _unit(labels, outcome), table["level"].to_list()
    mean = table["mean"].to_numpy(dtype=float)
    if len(mean) < 2 or not np.isfinite(mean).all():
        return ""
    first, last = (f"{number(mean[k])}{unit} at {shown_value(level[k])}" for k in (0, -1))
    steps = np.diff(mean)
    if not np.any(steps):
        return f"*{outcome}* does not change with {code(factor)}."
    if np.all(steps >= 0) or np.all(steps <= 0):
        word = "rises" if mean[-1] > mean[0] else "falls"
        return f"Along {code(factor)}, *{outcome}* {word} from {first} to {last}, without a turn."
    low, high = int(mean.argmin()), int(mean.argmax())
    ends = ", ".join(
        f"{word}, {number(mean[k])}{unit}, at {shown_value(level[k])}"
        for word, k in (("smallest", low), ("and largest", high))
    )
    return f"Along {code(factor)}, *{outcome}* turns: it goes from {first} to {last}, and is {ends}."


def effect(found: Any, labels: Labels) -> str:
    """What a switch does under the same luck; ``found`` has the fields of an :class:`sim.analysis.Effect`."""
    unit = _unit(labels, found.outcome)
    start, to = shown_value(found.from_level), shown_value(found.to_level)
    what = f"From {code(start)} to {code(to)}, {code(found.factor)}"
    if not np.isfinite(found.low):
        return f"{what} changes *{found.outcome}* by {number(found.difference)}{unit}; one seed gives no interval."
    told = f"{estimate(found.difference, found.low, found.high)}{unit}"
    if found.low == found.high == 0:
        return f"{what} does not change *{found.outcome}* at all."
    if found.low <= 0 <= found.high:
        return f"{what} has no effect on *{found.outcome}* that can be told from zero: {told}."
    size = (
        f" ({number(abs(found.standardised), 2)} standard deviations)"
        if np.isfinite(found.standardised)
        else ""
    )
    return f"{what} {'raises' if found.difference > 0 else 'lowers'} *{found.outcome}* by {_size(found)}{unit}{size}."


def _size(found: Any) -> str:
    """The size of an effect that is not zero, with its interval in the direction of the effect."""
    if found.difference > 0:
        return estimate(found.difference, found.low, found.high)
    return estimate(-found.difference, -found.high, -found.low)


# -- methods -----------------------------------------------------------------------------------------------------


def _sobol(found: Sensitivity, labels: Labels) -> list[str]:
    table: Any = found.table
    lines = [_first(table, "ST", f"has the largest total index for *{found.outcome}*", "total index")]
    alone = float(table["S1"].sum())
    if len(table) > 1:
        if alone >= 0.97:
            lines.append(
                f"First-order indices add up to {number(alone, 2)}: factors act (almost) independently of each other."
            )
        else:
            lines.append(
                f"On their own, factors explain {percent(max(alone, 0.0))} of the variance; the rest comes from "
                "their interactions."
            )
    if found.pairs is not None and len(found.pairs):
        lines.append(_strongest(found.pairs, "S2", "second-order index"))
    lines.append(_small(table, "ST_high", LITTLE, "total index"))
    free = "ST_noise_free" in table and np.isfinite(table["ST_noise_free"].iloc[0])
    if free and found.noise.of_means > MUCH_LUCK:
        first = table.index[0]
        lines.append(
            f"Without what luck adds to the variance, the total index of {code(first)} would be "
            f"{number(float(table['ST_noise_free'].iloc[0]), 2)}."
        )
    return [line for line in lines if line]


def _morris(found: Sensitivity, labels: Labels) -> list[str]:
    table: Any = found.table
    unit = _unit(labels, found.outcome)
    lines = [
        _first(table, "mu_star", f"moves *{found.outcome}* most over its range", "mean absolute effect", unit)
    ]
    large = table[table["mu_star"] > LITTLE * float(table["mu_star"].iloc[0])]
    ordered = [name for name in large.index if name not in labels.factors or labels.factors[name].numeric]
    one_way = large.loc[ordered][large.loc[ordered, "mu"].abs() >= 0.95 * large.loc[ordered, "mu_star"]]
    up = [code(name) for name in one_way.index if one_way.loc[name, "mu"] > 0]
    down = [code(name) for name in one_way.index if one_way.loc[name, "mu"] < 0]
    if up:
        lines.append(f"{few(up, NAMES)} {_verb(up, 'raises', 'raise')} it (almost) everywhere.")
    if down:
        lines.append(f"{few(down, NAMES)} {_verb(down, 'lowers', 'lower')} it (almost) everywhere.")
    bent = [code(name) for name in large.index if large.loc[name, "sigma"] > large.loc[name, "mu_star"]]
    if bent:
        lines.append(
            f"The {_verb(bent, 'effect', 'effects')} of {few(bent, NAMES)} {_verb(bent, 'depends', 'depend')} on where "
            f"in the space of the factors {_verb(bent, 'it is', 'they are')} measured (σ exceeds μ*): curved, or "
            "in interaction with others."
        )
    lines.append(
        _small(table, "mu_star_high", LITTLE * float(table["mu_star"].iloc[0]), "mean absolute effect", unit)
    )
    return [line for line in lines if line]


def _regression(found: Sensitivity, labels: Labels) -> list[str]:
    table: Any = found.table
    name = "SRRC" if "SRRC" in table else "SRC"
    words = "rank regression coefficient" if name == "SRRC" else "regression coefficient"
    sizes = table.assign(
        size=table[name].abs(),
        size_low=np.where(table[name] < 0, -table[f"{name}_high"], table[f"{name}_low"]),
        size_high=np.where(table[name] < 0, -table[f"{name}_low"], table[f"{name}_high"]),
    ).sort_values("size", ascending=False, kind="stable")
    top = sizes.index[0]
    way = _way(found, labels, top, sizes.loc[top, name] > 0) if sizes.loc[top, "size_low"] > 0 else ""
    lines = [_first(sizes, "size", f"has the largest {words} in size for *{found.outcome}*", words) + way]
    r2, ranks = (found.statistics.get(key, float("nan")) for key in ("r2", "r2_rank"))
    if np.isfinite(r2):
        also = f", one of ranks {percent(max(ranks, 0.0))}" if np.isfinite(ranks) else ""
        best = max(r2, ranks) if np.isfinite(ranks) else r2
        judged = (
            "; coefficients describe the responses well" if best >= GOOD
            else "; most of the variance is curved, interaction or luck, and the coefficients say little" if best < POOR
            else "; part of the variance is curved, interaction or luck"
        )  # fmt: skip
        lines.append(f"A linear model explains {percent(max(r2, 0.0))} of the variance{also}{judged}.")
    unclear = [
        code(n) for n in table.index if table.loc[n, f"{name}_low"] <= 0 <= table.loc[n, f"{name}_high"]
    ]
    if unclear:
        lines.append(
            f"The {_verb(unclear, 'interval', 'intervals')} of {few(unclear, NAMES)} "
            f"{_verb(unclear, 'includes', 'include')} zero."
        )
    return lines


def _way(found: Sensitivity, labels: Labels, term: str, up: bool) -> str:
    """Whether an outcome rises or falls with a term of the regression: a number, or a label against the first."""
    name, _, label = term.partition("=") if term not in labels.factors else (term, "", "")
    factor = labels.factors.get(name)
    if factor is None or factor.numeric:
        return f" *{found.outcome}* {'rises' if up else 'falls'} with {code(term)}."
    label = label or shown_value((factor.values or ("",))[-1])
    return f" *{found.outcome}* is {'higher' if up else 'lower'} with {code(f'{name} = {label}')}."


def _one_at_a_time(found: Sensitivity, labels: Labels) -> list[str]:
    table: Any = found.table
    unit = _unit(labels, found.outcome)
    top, row = table.index[0], table.iloc[0]
    lines = [
        f"{code(top)} moves *{found.outcome}* most: from {number(row['lowest'])}{unit} (at "
        f"{shown_value(row['at_lowest'])}) to {number(row['highest'])}{unit} (at {shown_value(row['at_highest'])}), "
        f"a range of {estimate(row['range'], row['range_low'], row['range_high'])}{unit}; the base has "
        f"{number(row['base'])}{unit}."
    ]
    if len(table) > 1:
        lines.append(_next(table, "range", unit))
    if "noise" in table:
        lost = [
            code(name) for name in table.index if table.loc[name, "range"] <= 1.5 * table.loc[name, "noise"]
        ]
        if lost:
            lines.append(f"The {_verb(lost, 'range', 'ranges')} of {few(lost, NAMES)} could be luck alone.")
    return lines


def _shares(found: Sensitivity, labels: Labels) -> list[str]:
    table: Any = found.table
    top = table.index[0]
    least = float(table["share_low"].iloc[0]) if "share_low" in table else float(table["share"].iloc[0])
    part = "most" if least > 0.5 else "the largest part"
    says = f"explains {part} of the variance of *{found.outcome}* over the grid, on its own"
    if "share_low" in table:
        lines = [_first(table, "share", says, "share")]
    else:
        lines = [f"{code(top)} {says}: {percent(float(table['share'].iloc[0]))}."]
    if len(table) > 1:
        alone = float(table["share"].sum())
        lines.append(f"All factors together, each on its own, explain {percent(alone)}.")
    if found.pairs is not None and len(found.pairs) and float(found.pairs["share"].max()) >= 0.005:
        pair: Any = found.pairs["share"].idxmax()
        lines.append(
            f"The strongest interaction is that of {code(pair[0])} and {code(pair[1])}: "
            f"{percent(float(found.pairs['share'].max()))} of the variance."
        )
    return lines


# -- parts of sentences --------------------------------------------------------------------------------------------


def _first(table: Any, column: str, says: str, measure: str, unit: str = "") -> str:
    """The first input of a sorted table with its interval, and whether that of the next overlaps."""
    names = list(table.index)
    top = f"{code(names[0])} {says}, {_estimate(table, names[0], column)}{unit}"
    if len(names) < 2:
        return f"{top}."
    return f"{top}; {_next(table, column, unit, measure)}"


def _next(table: Any, column: str, unit: str = "", measure: str = "") -> str:
    one, other = table.index[0], table.index[1]
    value = f"{_estimate(table, other, column)}{unit}"
    low, high = table.loc[one, f"{column}_low"], table.loc[other, f"{column}_high"]
    if not (np.isfinite(low) and np.isfinite(high)):
        return f"the next is {code(other)}, {value}." if measure else f"The next is {code(other)}, {value}."
    if low > high:
        told = f"its interval does not overlap that of the next, {code(other)}, {value}."
    else:
        told = f"its interval overlaps that of the next, {code(other)}, {value}, so that their order is open."
    return told if measure else told[0].upper() + told[1:]


def _strongest(pairs: Any, column: str, measure: str) -> str:
    clear = pairs[pairs[f"{column}_low"] > 0]
    if clear.empty:
        return f"No pair of factors has a {measure} whose interval leaves out zero."
    pair = clear[column].idxmax()
    row = clear.loc[pair]
    return (
        f"The strongest interaction is that of {code(pair[0])} and {code(pair[1])}: {measure} "
        f"{estimate(row[column], row[f'{column}_low'], row[f'{column}_high'])}."
    )


def _small(table: Any, column: str, limit: float, measure: str, unit: str = "") -> str:
    names = [code(name) for name in table.index[1:] if table.loc[name, column] < limit]
    if not names:
        return ""
    return (
        f"{few(names, NAMES)} hardly {_verb(names, 'matters', 'matter')}: the upper "
        f"{_verb(names, 'end', 'ends')} of the {measure} {_verb(names, 'is', 'are')} below {plain(limit, 2)}{unit}."
    )


def _estimate(table: Any, name: str, column: str) -> str:
    row = table.loc[name]
    return estimate(float(row[column]), float(row[f"{column}_low"]), float(row[f"{column}_high"]))


def _unit(labels: Labels, outcome: str) -> str:
    unit = labels.outcome(outcome).unit
    return f" {unit}" if unit and unit != "count" else ""


def _verb(names: Sequence[str], one: str, many: str) -> str:
    return one if len(names) == 1 else many

"""PRIM and CART, by EMA Workbench: regions of the factors' space that hold most cases of interest.

Sources: Friedman & Fisher 1999 (doi:10.1023/A:1008894516817) for PRIM; Bryant & Lempert 2010
(doi:10.1016/j.techfore.2009.08.002) for its use to discover scenarios; Breiman et al. 1984 for CART.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.analysis.boxes import Box, Limit, label_limit, labels_in, make_box, numeric_limit
from sim.experiments.sweep.factors import Factor

if TYPE_CHECKING:
    import pandas as pd


def prim_boxes(
    frame: pd.DataFrame,
    wanted: np.ndarray,
    factors: Sequence[Factor],
    *,
    peel_alpha: float = 0.05,
    mass_min: float = 0.05,
) -> list[Box]:
    """Boxes of PRIM's peeling and pasting trajectory, from all cases to the smallest box.

    Parameters
    ----------
    frame
        Factors of the cases, see :func:`~sim.analysis.boxes.frame_of`.
    wanted
        Whether each case is of interest ``(cases,)``.
    factors
        Their descriptions.
    peel_alpha
        Share of a box that one step peels off.
    mass_min
        Smallest share of all cases in a box.

    """
    prim = _workbench("prim")
    given, names = _renamed(frame)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what pandas says to the workbench
        found = prim.Prim(given, wanted, peel_alpha=peel_alpha, mass_min=mass_min).find_box()
    by_name = {factor.name: factor for factor in factors}
    boxes = []
    for number, lims in enumerate(found.box_lims):
        quasi_p = found.p_values[number]
        limits = _limits(lims, found.box_lims[0], frame, names, by_name, quasi_p)
        boxes.append(make_box("prim", number, limits, frame, wanted))
    return boxes


def cart_boxes(
    frame: pd.DataFrame, wanted: np.ndarray, factors: Sequence[Factor], *, mass_min: float = 0.05
) -> list[Box]:
    """Leaves of a classification tree as boxes, the densest first; none if the tree does not split.

    Parameters as in :func:`prim_boxes`; ``mass_min`` is the smallest share of all cases in a leaf.
    """
    given, names = _renamed(frame)
    tree = _tree_class()(given, wanted, mass_min=max(mass_min, 1.0 / len(given)))
    tree.build_tree()
    if tree.clf.tree_.node_count == 1:
        return []
    by_name = {factor.name: factor for factor in factors}
    initial = tree.whole()
    boxes = [
        make_box("cart", number, _limits(lims, initial, frame, names, by_name, {}), frame, wanted)
        for number, lims in enumerate(tree.boxes)
    ]
    return sorted(boxes, key=lambda box: (-box.density, -box.coverage))


def _limits(
    lims: Any,
    initial: Any,
    frame: pd.DataFrame,
    names: Mapping[str, str],
    factors: Mapping[str, Factor],
    quasi_p: Mapping[str, Sequence[float]],
) -> list[Limit]:
    """Limits of the factors that a box restricts, most restricted first as PRIM has it: in the order of the sweep."""
    found = []
    for column, name in names.items():
        low, high = lims.loc[0, column], lims.loc[1, column]
        if low == initial.loc[0, column] and high == initial.loc[1, column]:
            continue
        tested = quasi_p.get(column, ())
        if isinstance(low, set):
            found.append(label_limit(name, sorted(low), labels_in(frame[name], factors[name]), tested))
        else:
            found.append(numeric_limit(name, frame[name], low, high, tested))
    return found


def _renamed(frame: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, str]]:
    """The frame under neutral names, and the names behind them.

    EMA Workbench drops a column named scenario, and writes limits between whole numbers into columns of integers,
    which pandas refuses: these become floats.
    """
    names = {f"x{place}": name for place, name in enumerate(frame.columns)}
    given = frame.set_axis(list(names), axis=1).reset_index(drop=True)
    labels = given.select_dtypes(exclude="number").columns
    whole = given.select_dtypes("integer").columns
    return given.astype(dict.fromkeys(labels, "category") | dict.fromkeys(whole, "float64")), names


def _workbench(module: str) -> Any:
    """A module of ``ema_workbench.analysis``, without what it says about packages that are not there."""
    import importlib

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return importlib.import_module(f"ema_workbench.analysis.{module}")


def _tree_class() -> Any:
    cart = _workbench("cart")
    from sklearn.tree import DecisionTreeClassifier

    class Tree(cart.CART):  # type: ignore[misc,name-defined,unused-ignore]
        """CART that gives the same tree each time, and leaves whose labels are their own.

        The workbench leaves ties between splits to NumPy's global generator, and its leaves share their sets of
        labels, so that one leaf loses what another excludes.
        """

        def build_tree(self) -> None:
            smallest = max(int(self.mass_min * len(self.x)), 1)
            self.clf = DecisionTreeClassifier(min_samples_leaf=smallest, random_state=0).fit(self._x, self.y)

        def whole(self) -> Any:
            """The box of all cases."""
            return cart.sdutil._make_box(self.x)

        @property
        def boxes(self) -> list[Any]:
            found: list[Any] = []
            self._descend(0, [], found)
            return found

        def _descend(self, node: int, path: list[tuple[str, float, bool]], found: list[Any]) -> None:
            tree = self.clf.tree_
            if tree.children_left[node] == -1:
                found.append(self._box(path))
                return
            split = self.feature_names[tree.feature[node]], float(tree.threshold[node])
            self._descend(tree.children_left[node], [*path, (*split, True)], found)
            self._descend(tree.children_right[node], [*path, (*split, False)], found)

        def _box(self, path: list[tuple[str, float, bool]]) -> Any:
            box = self.whole()
            for feature, threshold, below in path:
                column, label = feature.split(self.sep) if self.sep in feature else (feature, None)
                if label is None:
                    box.loc[1 if below else 0, column] = threshold
                    continue
                held = box.loc[0, column]
                # Below the threshold the indicator of a label is 0: all others remain.
                kept = held - {label} if below else held & {label}
                box[column] = [set(kept), set(kept)]
            return box

    return Tree

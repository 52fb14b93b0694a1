"""Paired effects, what intervals say, ratios, Shapley shares."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.studies.statistics import (
    differences,
    effect_table,
    mean_ratio,
    reading,
    shapley,
    slopes,
    split,
    subsets,
)  # fmt: skip


def runs(effect: float = 0.3, seeds: int = 20) -> pd.DataFrame:
    """Two arms under shared luck that is far larger than the effect."""
    luck = np.random.default_rng(1).normal(0.0, 10.0, seeds)
    rows = [
        {
            "fold": -1,
            "draw": -1,
            "seed": seed,
            "arm": arm,
            "y": luck[seed] + effect * (arm == "b") * (1 + 0.01 * seed),
        }
        for seed in range(seeds)
        for arm in ("a", "b")
    ]
    return pd.DataFrame(rows).sample(frac=1.0, random_state=2)


def test_luck_cancels_in_pairs():
    table = differences(runs(), "arm", "a", "b", ["y"])
    assert len(table) == 20
    assert table["y"].to_numpy() == pytest.approx(0.3 * (1 + 0.01 * table["seed"].to_numpy()))


def test_pairs_with_a_missing_half_are_left_out():
    frame = runs()
    frame = frame[~((frame["arm"] == "b") & (frame["seed"] == 3))]
    assert 3 not in set(differences(frame, "arm", "a", "b", ["y"])["seed"])


@pytest.mark.parametrize(
    ("effect", "said"), [(0.3, "positive"), (-0.3, "negative"), (0.001, "none"), (0.0, "none")]
)
def test_effects_are_read_against_the_margin(effect, said):
    table = effect_table(runs(effect), "arm", {"b": ("a", "b")}, ["y"], margins=lambda outcome: 0.01)
    assert table["reading"].tolist() == [said]
    assert table["effect"].item() == pytest.approx(effect * 1.095)


@pytest.mark.parametrize(
    ("low", "high", "margin", "said"),
    [
        (0.02, 0.04, 0.01, "positive"), (-0.04, -0.02, 0.01, "negative"), (-0.005, 0.005, 0.01, "none"),
        (0.001, 0.005, 0.01, "none"), (-0.02, 0.02, 0.01, "open"), (0.0, 0.0, 0.01, "none"), (0.0, 0.0, 0.0, "open"),
        (float("nan"), 1.0, 0.01, "open"),
    ],
)  # fmt: skip
def test_reading(low, high, margin, said):
    assert reading(low, high, margin) == said


def test_several_cells_share_the_error():
    assert split(0.95, 4) == pytest.approx(0.9875)
    assert split(0.95, 1) == 0.95


def test_slopes_are_exact_on_a_line():
    rows = [
        {"fold": -1, "draw": -1, "seed": seed, "x": x, "y": seed + (2.0 + seed) * x}
        for seed in range(3)
        for x in (0, 1, 5)
    ]
    assert slopes(pd.DataFrame(rows), "x", ["y"])["y"].tolist() == pytest.approx([2.0, 3.0, 4.0])


def test_a_ratio_of_means_lies_in_its_interval():
    generator = np.random.default_rng(3)
    below = generator.exponential(1.0, 400)
    above = 0.5 * below + generator.exponential(0.05, 400)
    found = mean_ratio(above, below, np.arange(400) // 10, count=500)
    assert found.low < found.value < found.high
    assert found.value == pytest.approx(above.mean() / below.mean())
    assert found.low > 0.5
    assert found.high < 0.65


def test_clusters_that_share_luck_widen_the_interval():
    generator = np.random.default_rng(4)
    common = np.repeat(generator.exponential(1.0, 10), 40)
    below = np.ones(400)
    clustered = mean_ratio(common, below, np.arange(400) // 40, count=500)
    alone = mean_ratio(common, below, np.arange(400), count=500)
    assert clustered.high - clustered.low > 2.0 * (alone.high - alone.low)


players = st.lists(st.sampled_from("abcd"), min_size=1, max_size=4, unique=True)


@given(players, st.integers(0, 2**32 - 1))
def test_shapley_values_add_up_to_the_total(names, seed):
    generator = np.random.default_rng(seed)
    worth = {group: generator.normal(size=5) for group in subsets(names)}
    values = shapley(worth, names)
    total = sum(values.values()) + worth[frozenset()]
    assert total == pytest.approx(worth[frozenset(names)])


def test_shapley_of_a_known_game():
    """A game of two with synergy: the synergy is shared equally."""
    worth = {frozenset(): 0.0, frozenset("a"): 1.0, frozenset("b"): 2.0, frozenset("ab"): 5.0}
    values = shapley({group: np.array(value) for group, value in worth.items()}, ["a", "b"])
    assert values["a"] == pytest.approx(2.0)
    assert values["b"] == pytest.approx(3.0)
    # A player who never adds anything gets nothing.
    idle = {group: np.array(worth[group & frozenset("ab")]) for group in subsets("abz")}
    assert shapley(idle, ["a", "b", "z"])["z"] == pytest.approx(0.0)

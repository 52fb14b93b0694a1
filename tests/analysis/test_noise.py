"""How much of the variance is luck: parts that are known."""

import numpy as np
import pytest

from sim.analysis import AnalysisError, noise_share, row_means
from sim.analysis.noise import noise_of
from tests.analysis.tables import problem, reals, run


def parts(rows, replicates, factors=1.0, seeds=0.0, rest=0.0, seed=1):
    """Values f(x) + g(s) + h(x, s) with given standard deviations."""
    luck = np.random.default_rng(seed)
    f, g = luck.normal(0, factors, rows), luck.normal(0, seeds, replicates)
    return f[:, None] + g + luck.normal(0, rest, (rows, replicates))


def test_the_share_of_luck_in_means_and_runs():
    found = noise_of(parts(20_000, 4, factors=2.0, rest=3.0))
    assert found.of_means == pytest.approx((9 / 4) / (4 + 9 / 4), rel=0.03)
    assert found.of_run == pytest.approx(9 / 13, rel=0.03)
    assert found.signal == pytest.approx(4.0, rel=0.05)


def test_what_a_seed_does_to_all_rows_does_not_blur_them():
    alone, shifted = (noise_of(parts(5000, 30, rest=1.0, seeds=seeds)) for seeds in (0.0, 10.0))
    assert shifted.of_means == pytest.approx(alone.of_means, rel=1e-6)
    assert shifted.of_run > 0.95 > 0.6 > alone.of_run


def test_two_replicates_are_enough_on_average():
    found = [noise_of(parts(60, 2, factors=1.0, rest=1.0, seed=seed)) for seed in range(400)]
    assert np.mean([one.noise for one in found]) == pytest.approx(0.5, rel=0.05)
    assert np.mean([one.total for one in found]) == pytest.approx(1.5, rel=0.05)


def test_seeds_of_their_own_count_whole():
    values = parts(4000, 3, factors=1.0, rest=2.0)
    assert noise_of(values, seeds_shared=False).noise == pytest.approx(4 / 3, rel=0.05)


def test_one_replicate_cannot_tell():
    found = noise_of(parts(50, 1))
    assert np.isnan(found.of_means)
    assert np.isnan(found.of_run)
    assert "one replicate" in found.remarks()[0]


def test_no_luck_is_none():
    found = noise_of(parts(50, 3))
    assert found.of_means == 0.0
    assert found.of_run == 0.0
    assert found.remarks() == []


def test_replicates_that_would_do():
    found = noise_of(parts(50_000, 4, factors=1.0, rest=2.0))
    needed = found.replicates_for(0.05)
    # 4 / R / (1 + 4 / R) = 0.05
    assert needed == pytest.approx(76, abs=4)
    assert f"{needed} replicates would bring it down to 5%" in found.remarks()[0]


def test_pure_luck_is_said():
    assert "cannot be told" in noise_of(parts(5000, 3, factors=0.0, rest=1.0)).remarks()[0]


def test_shares_from_a_table_of_runs():
    asked = problem(reals("a"), "latin-hypercube", 5, samples=400)
    luck = np.random.default_rng(6)
    runs = run(asked, lambda x, seeds: np.sqrt(12.0) * x["a"] + luck.normal(0, 1, len(seeds)))
    found = noise_share(runs, asked, "y")
    assert found.seeds_shared
    assert found.of_means == pytest.approx(0.2 / 1.2, rel=0.1)
    runs["seed"] = np.arange(len(runs))
    assert not noise_share(runs, asked, "y").seeds_shared


def test_row_means_leave_incomplete_rows_out():
    asked = problem(reals("a"), "latin-hypercube", 3, samples=10)
    runs = run(asked, lambda x, seeds: x["a"] + seeds)
    runs = runs.drop(runs.index[(runs["row"] == 4) & (runs["replicate"] == 1)])
    means = row_means(runs, asked, "y")
    assert list(means.index) == [0, 1, 2, 3, 5, 6, 7, 8, 9]
    assert means["y"].to_numpy() == pytest.approx(means["a"].to_numpy() + 11.0)


def test_a_run_twice_is_refused():
    asked = problem(reals("a"), "latin-hypercube", 1, samples=5)
    runs = run(asked, lambda x, seeds: x["a"])
    runs["row"] = [0, 1, 2, 3, 3]
    with pytest.raises(AnalysisError, match="more than once"):
        noise_share(runs, asked, "y")
    with pytest.raises(AnalysisError, match="no runs"):
        noise_share(runs.iloc[:0], asked, "y")

"""Deffuant (T4.5) and Hegselmann-Krause (T4.6): clusters of settled opinions, 400 agents, uniform start."""

import numpy as np
import pytest

from .reference import deffuant, hegselmann_krause
from .reference.opinion_clusters import cluster_sizes, count_major_clusters

AGENTS = 400

# confidence bound, mean number of major clusters (10 seeds, RESOLUTIONS section 6)
DEFFUANT = [(0.10, 4.2), (0.15, 2.9), (0.20, 2.0), (0.25, 2.0), (0.30, 1.2), (0.50, 1.0)]
DEFFUANT_SEEDS = 20

# confidence bound, mean number of clusters, share of seeds in consensus (20 seeds, RESOLUTIONS section 6)
HEGSELMANN_KRAUSE = [
    (0.05, 8.05, None),
    (0.10, 4.1, None),
    (0.15, 2.75, None),
    (0.20, 1.9, 0.10),
    (0.22, None, 0.50),
    (0.25, 1.05, 0.95),
    (0.30, 1.0, 1.0),
]
DOCUMENTED_SEEDS = 20
SEEDS = 100


def test_clusters_are_cut_at_gaps_above_one_hundredth():
    opinions = np.array([0.5, 0.1, 0.109, 0.1185, 0.9, 0.511])
    assert cluster_sizes(opinions).tolist() == [3, 1, 1, 1]
    assert count_major_clusters(opinions, minimum_share=0.2) == 1


def test_major_clusters_hold_more_than_three_per_cent():
    assert count_major_clusters(np.repeat([0.1, 0.4, 0.7], [12, 13, 375])) == 2


@pytest.fixture(scope="module")
def deffuant_opinions():
    rng = np.random.default_rng(20)
    bound = np.repeat([bound for bound, _ in DEFFUANT], DEFFUANT_SEEDS)
    first = rng.random((bound.size, AGENTS))
    return bound, first, deffuant.settle(first, bound, rng)


@pytest.mark.parametrize(("bound", "documented"), DEFFUANT)
def test_deffuant_major_clusters(deffuant_opinions, bound, documented):
    bounds, _, settled = deffuant_opinions
    counts = [count_major_clusters(row) for row in settled[bounds == bound]]
    assert len(counts) == DEFFUANT_SEEDS
    assert np.mean(counts) == pytest.approx(documented, abs=0.6)


def test_deffuant_meetings_keep_the_mean(deffuant_opinions):
    _, first, settled = deffuant_opinions
    assert settled.mean(axis=1) == pytest.approx(first.mean(axis=1), abs=1e-12)
    assert np.all(settled.std(axis=1) < first.std(axis=1))


def test_deffuant_pairs_meet_half_way():
    assert deffuant.meet(np.array([0.1]), np.array([0.2]), np.array([0.2])) == pytest.approx([0.15, 0.15])


def test_deffuant_pairs_beyond_the_bound_do_not_move():
    first, second = deffuant.meet(
        np.array([0.1, 0.1]), np.array([0.35, 0.25]), np.array([0.2, 0.2]), pace=0.25
    )
    assert first == pytest.approx([0.1, 0.1375])
    assert second == pytest.approx([0.35, 0.2125])


@pytest.fixture(scope="module")
def hegselmann_krause_clusters():
    """Number of clusters by bound, one number per seed."""
    rng = np.random.default_rng(46)
    return {
        bound: np.array(
            [cluster_sizes(hegselmann_krause.settle(rng.random(AGENTS), bound)).size for _ in range(SEEDS)]
        )
        for bound, _, _ in HEGSELMANN_KRAUSE
    }


@pytest.mark.parametrize(
    ("bound", "documented"), [row[:2] for row in HEGSELMANN_KRAUSE if row[1] is not None]
)
def test_hegselmann_krause_clusters(hegselmann_krause_clusters, bound, documented):
    counts = hegselmann_krause_clusters[bound]
    error = counts.std(ddof=1) * np.sqrt(1 / DOCUMENTED_SEEDS + 1 / SEEDS)
    assert abs(counts.mean() - documented) <= 3 * error + 1e-12


@pytest.mark.parametrize(
    ("bound", "documented"), [row[::2] for row in HEGSELMANN_KRAUSE if row[2] is not None]
)
def test_hegselmann_krause_consensus(hegselmann_krause_clusters, bound, documented):
    share = np.mean(hegselmann_krause_clusters[bound] == 1)
    pooled = (share * SEEDS + documented * DOCUMENTED_SEEDS) / (SEEDS + DOCUMENTED_SEEDS)
    error = np.sqrt(pooled * (1 - pooled) * (1 / DOCUMENTED_SEEDS + 1 / SEEDS))
    assert abs(share - documented) <= 3 * error + 1e-12


def test_hegselmann_krause_consensus_threshold_lies_near_two_tenths(hegselmann_krause_clusters):
    share = [np.mean(hegselmann_krause_clusters[bound] == 1) for bound in (0.15, 0.20, 0.22, 0.25, 0.30)]
    assert share == sorted(share)
    assert share[0] == 0.0
    assert share[1] < 0.2
    assert share[3] > 0.85
    assert share[4] == 1.0


def test_hegselmann_krause_step_averages_over_all_within_the_bound():
    moved = hegselmann_krause.average_neighbours(np.array([0.0, 0.1, 0.25, 0.9]), 0.16)
    assert moved == pytest.approx([0.05, 0.35 / 3, 0.175, 0.9])
    brute = np.random.default_rng(1).random(50)
    brute.sort()
    near = np.abs(brute[:, None] - brute[None, :]) <= 0.13
    assert hegselmann_krause.average_neighbours(brute, 0.13) == pytest.approx(
        near @ brute / near.sum(axis=1), abs=1e-12
    )


def test_hegselmann_krause_clusters_end_further_apart_than_the_bound():
    settled = hegselmann_krause.settle(np.random.default_rng(2).random(AGENTS), 0.07)
    gaps = np.diff(settled)
    assert np.all((gaps < 1e-9) | (gaps > 0.07))

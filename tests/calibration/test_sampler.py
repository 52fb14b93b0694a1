"""The sampler on a toy whose posterior is known."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from toy import SD, Gaussian

pytest.importorskip("pyabc", reason="the extra 'calibration' is not installed")

from sim.calibration import smc
from sim.calibration.evaluation import evaluator, pool
from sim.calibration.sampler import world_seeds

OBSERVED = 0.4
SETTINGS = smc.Settings(particles=150, populations=4, seed=3)


def distance(summaries):
    return float(abs(summaries[0] - OBSERVED))


def infer(database: Path, workers: int = 1, settings: smc.Settings = SETTINGS, evaluate=None):
    problem = Gaussian()
    with pool(workers) as executor:
        return smc.infer(
            problem, evaluate or evaluator(problem, executor, workers), distance, database, settings, 0.3
        )


def same(a: list[smc.Generation], b: list[smc.Generation]) -> bool:
    return len(a) == len(b) and all(
        x.places.tobytes() == y.places.tobytes()
        and x.weights.tobytes() == y.weights.tobytes()
        and x.summaries.tobytes() == y.summaries.tobytes()
        and (x.threshold, x.simulations) == (y.threshold, y.simulations)
        for x, y in zip(a, b, strict=True)
    )


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    return infer(tmp_path_factory.mktemp("abc") / "one.db")


def test_the_known_posterior_comes_out(tmp_path):
    """Flat prior, one observation with normal luck: the posterior is normal with the luck's spread."""
    settings = smc.Settings(particles=600, populations=5, seed=1)
    last = infer(tmp_path / "toy.db", settings=settings)[-1]
    assert last.threshold < 0.05
    mean = last.weights @ last.places
    sd = np.sqrt(last.weights @ (last.places - mean) ** 2)
    # The kernel of the threshold adds the variance of a uniform error.
    expected = np.sqrt(SD**2 + last.threshold**2 / 3)
    error = 4 / np.sqrt(last.effective)
    assert abs(mean[0] - OBSERVED) < error * SD
    assert abs(sd[0] / expected - 1) < error / np.sqrt(2)
    # The idle factor keeps its prior.
    assert abs(mean[1] - 0.5) < error * np.sqrt(1 / 12)
    assert abs(sd[1] / np.sqrt(1 / 12) - 1) < error / np.sqrt(2)


def test_the_seed_decides(alone, tmp_path):
    assert same(alone, infer(tmp_path / "again.db"))
    other = infer(tmp_path / "other.db", settings=smc.Settings(particles=150, populations=4, seed=4))
    assert not same(alone[:1], other[:1])


def test_workers_do_not_matter(alone, tmp_path):
    assert same(alone, infer(tmp_path / "two.db", workers=2))


@pytest.mark.parametrize("complete", [0, 2])
def test_a_generation_cut_off_is_done_once_more_and_no_other(alone, tmp_path, complete):
    """Stop in the middle of the first or third generation, go on: the same particles, and only the rest is run."""
    database = tmp_path / "cut.db"
    problem = Gaussian()
    counts: list[int] = []
    allowed = sum(one.simulations for one in alone[:complete]) + 60

    def evaluate(places, seeds):
        if sum(counts) + len(seeds) > allowed:
            raise KeyboardInterrupt
        counts.append(len(seeds))
        return problem.simulate(places, seeds)

    with pytest.raises(KeyboardInterrupt):
        infer(database, evaluate=evaluate)
    assert len(smc.generations(database, problem)) == complete
    counts.clear()
    allowed = 10**9
    assert same(alone, infer(database, evaluate=evaluate))
    assert sum(counts) == sum(one.simulations for one in alone[complete:])


def test_more_generations_go_on_from_those_there_are(alone, tmp_path):
    database = tmp_path / "longer.db"
    infer(database, settings=smc.Settings(particles=150, populations=2, seed=3))
    assert same(alone, infer(database))


def test_accepted_particles_are_within_the_threshold_and_thresholds_fall(alone):
    for one in alone:
        assert (one.distances <= one.threshold).all()
        assert len(one.weights) == SETTINGS.particles
        assert np.isclose(one.weights.sum(), 1)
        assert np.allclose(one.distances, np.abs(one.summaries[:, 0] - OBSERVED))
    assert all(a.threshold > b.threshold for a, b in pairwise(alone))


def test_hopeless_distances_end_the_inference(tmp_path):
    settings = smc.Settings(particles=50, populations=3, least_accepted=0.2)
    problem = Gaussian()
    found = smc.infer(
        problem, problem.simulate, lambda s: abs(s[0] - 9.0), tmp_path / "none.db", settings, 0.1
    )
    assert found == []


def test_worlds_have_seeds_of_their_own():
    seeds = world_seeds(0, 0, 0, 500) + world_seeds(0, 1, 0, 500) + world_seeds(1, 0, 0, 500)
    assert len(set(seeds)) == 1500
    assert world_seeds(0, 0, 7, 2) == world_seeds(0, 0, 0, 9)[7:]
    assert all(0 <= seed < 2**63 for seed in seeds)


def test_a_database_that_was_cut_off_at_once_is_begun_anew(alone, tmp_path):
    database = tmp_path / "empty.db"
    database.write_bytes(b"")
    assert same(alone, infer(database))

"""From places to residuals: batches, seeds, the prior sample, and what would break the ridge."""

import numpy as np
import pytest
from toy import Gaussian

from sim.calibration import probes
from sim.calibration.factors import FACTORS, changes, values
from sim.calibration.predictive import shipped_places
from sim.calibration.prior_sample import PART, draw
from sim.calibration.problem import LATENT
from sim.calibration.proposals import prior_points

SEEDS = [11, 12, 13]


@pytest.fixture(scope="module")
def simulated(problem):
    places = np.random.default_rng(0).random((3, len(FACTORS)))
    return places, problem.simulate(places, SEEDS)


def test_summaries_are_finite_where_observables_are_defined(problem, simulated):
    _places, found = simulated
    assert found.shape == (3, len(problem.summaries))
    assert np.isfinite(found).mean() > 0.8
    latent = found[:, [problem.summaries.index(f"latent/{name}") for name in LATENT]]
    assert np.isfinite(latent).all()
    assert ((latent[:, 1] >= 0) & (latent[:, 1] <= 1)).all()


def test_a_point_gives_the_same_bytes_alone(problem, simulated):
    """What makes results independent of workers and batches."""
    places, found = simulated
    alone = problem.simulate(places[1:2], SEEDS[1:2])
    assert np.array_equal(alone[0], found[1], equal_nan=True)


def test_luck_and_factors_both_matter(problem, simulated):
    places, found = simulated
    other = problem.simulate(places[[0, 0, 1]], [99, SEEDS[0], SEEDS[0]])
    assert not np.array_equal(other[0], found[0], equal_nan=True)
    assert np.array_equal(other[1], found[0], equal_nan=True)
    assert not np.array_equal(other[2], found[0], equal_nan=True)


def test_observations_are_where_residuals_vanish(problem):
    for target in problem.fitted:
        assert np.allclose(target.residuals(target.rows["value"].to_numpy()), 0.0)


def test_without_copying_nothing_is_copied(problem):
    places = np.random.default_rng(1).random((2, len(FACTORS)))
    places[0, 0] = 0.0
    found = problem.simulate(places, SEEDS[:2])
    share = found[:, problem.summaries.index("latent/copied_share")]
    # Weights can be stolen in any world; these two have none of that.
    assert share[0] == 0.0
    assert share[1] > 0.0


def test_factors_as_shipped_give_the_shipped_scenario(prediction):
    base = prediction.scenario
    point = values(shipped_places(base)[None])[0]
    same = base.with_changes(changes(base, point))
    for factor in FACTORS:
        for key in factor.keys:
            if not key.startswith("labs."):
                section, _, name = key.partition(".")
                given = getattr(getattr(base, section), name)
                wanted = np.clip(given, factor.low, factor.high)
                assert getattr(getattr(same, section), name) == pytest.approx(wanted), key


# -- the prior sample ------------------------------------------------------------------------------------------


def test_a_sample_goes_on_where_it_was_cut_off(tmp_path):
    toy = Gaussian()
    counts = []

    def evaluate(places, seeds):
        if len(counts) == 2:
            raise KeyboardInterrupt
        counts.append(len(seeds))
        return toy.simulate(places, seeds)

    with pytest.raises(KeyboardInterrupt):
        draw(toy, evaluate, tmp_path, 3 * PART, seed=5)
    assert counts == [PART, PART]
    counts.clear()
    found = draw(toy, evaluate, tmp_path, 3 * PART, seed=5)
    assert counts == [PART]
    whole = draw(toy, toy.simulate, tmp_path / "other", 3 * PART, seed=5)
    assert np.array_equal(found.summaries, whole.summaries)


def test_a_damaged_part_is_done_again(tmp_path):
    toy = Gaussian()
    first = draw(toy, toy.simulate, tmp_path, PART, seed=5)
    part = next(tmp_path.glob("part-*.npy"))
    part.write_bytes(part.read_bytes()[:100])
    assert np.array_equal(draw(toy, toy.simulate, tmp_path, PART, seed=5).summaries, first.summaries)


def test_a_sample_remembers_its_points(tmp_path):
    toy = Gaussian()
    sample = draw(toy, toy.simulate, tmp_path, PART, seed=5)
    asked = []

    def evaluate(places, seeds):
        asked.append(len(seeds))
        return toy.simulate(places, seeds)

    remembering = sample.remembering(evaluate)
    places = np.concatenate([sample.places[[3, 7]], [[0.5, 0.5]]])
    seeds = [sample.seeds[3], sample.seeds[7], 1]
    assert np.array_equal(remembering(places, seeds), toy.simulate(places, seeds))
    assert asked == [1]
    assert np.array_equal(remembering(places[:2], [1, 2]), toy.simulate(places[:2], [1, 2]))  # other seeds


def test_more_points_begin_with_fewer():
    assert np.array_equal(prior_points(4, 30, 2)[:10], prior_points(4, 10, 2))


# -- what would break the ridge -----------------------------------------------------------------------------------


def test_following_finds_gains_that_come_after_releases():
    rng = np.random.default_rng(0)
    jumps = np.where(rng.random((200, 150)) < 0.06, rng.exponential(0.3, (200, 150)), 0.0)
    teacher = np.cumsum(jumps, axis=1)
    delayed = np.concatenate([np.zeros((200, 13)), teacher[:, :-13]], axis=1)
    unrelated = np.cumsum(np.where(rng.random((200, 150)) < 0.06, 0.3, 0.0), axis=1)
    # Gains of 13 weeks hold one release in question among those of 13 weeks.
    expected = 1 / np.sqrt(13)
    assert probes._following(teacher, delayed, 13).mean() == pytest.approx(expected, abs=0.04)
    assert abs(probes._following(teacher, unrelated, 13).mean()) < 0.04
    assert probes._following(delayed, teacher, 13).mean() == pytest.approx(-expected, abs=0.06)


def test_errors_stay_with_a_model():
    values_ = np.array([[1.0, 1.0, 2.0, 2.0, 2.0]])
    errors = np.array([[0.1, 0.2, 0.3, 0.4, 0.5]])
    assert probes._kept(values_, errors).tolist() == [[0.1, 0.1, 0.3, 0.3, 0.3]]


def test_pace_is_in_years():
    assert probes._slope(np.arange(53.0)[None] / 52.0)[0] == pytest.approx(1.0)


def test_predictions_out_of_sample_do_not_see_their_target():
    rng = np.random.default_rng(3)
    target, noise = rng.random(400), rng.standard_normal((400, 60))
    found = probes.out_of_sample(noise, target, seed=0)
    assert np.mean((target - found) ** 2) > 0.98 * target.var()
    seen = probes.out_of_sample(np.column_stack([noise, target]), target, seed=0)
    assert np.mean((target - seen) ** 2) < 0.2 * target.var()


def test_probe_worlds_have_the_tightening_and_the_added_figures(problem):
    probe = probes.probe_problem(problem)
    act = probe.scenarios["free"].events[-1]
    assert (act.type, act.instrument, act.strength) == ("control_act", "access", probes.STRENGTH)
    places = np.random.default_rng(0).random((3, len(FACTORS)))
    found = probe.simulate(places, SEEDS)
    assert found.shape == (3, len(probe.summaries))
    added = sum(map(len, probes.ADDED.values()))
    assert np.isfinite(found[:, -added:]).all()
    # Until the act, worlds are those of the problem itself.
    # (Values of single labs are read from their rounds on both sides of a day, so that these see a little ahead.)
    early = [k for k, name in enumerate(problem.summaries) if "/2023-" in name and "valuation" not in name]
    base = problem.simulate(places, SEEDS)
    assert early
    assert np.array_equal(found[:, early], base[:, early], equal_nan=True)

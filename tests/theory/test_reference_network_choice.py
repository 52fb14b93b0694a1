"""Logit choice with a network effect (T7.1), and Bass diffusion (T7.4, a helper)."""

import numpy as np
import pytest

from .reference import bass_diffusion
from .reference.network_choice import binary_majority, choice_shares, lowest_lock_in_bonus, settle

ROOTS = [(2.2, 0.5029), (2.4, 0.6586), (3.0, 0.8586), (4.0, 0.9575)]


@pytest.mark.parametrize(("bonus", "majority"), ROOTS)
def test_binary_roots(bonus, majority):
    assert binary_majority(bonus) == pytest.approx(majority, abs=5e-5)
    assert binary_majority(bonus) == pytest.approx(np.tanh(bonus * binary_majority(bonus) / 2), abs=1e-12)


@pytest.mark.parametrize(("bonus", "majority"), ROOTS)
@pytest.mark.parametrize("pace", [1.0, 0.05])
def test_choosers_end_at_either_root(bonus, majority, pace):
    for first in (0.51, 0.49, 0.999):
        shares = settle(np.array([first, 1 - first]), bonus, pace)
        assert shares[0] - shares[1] == pytest.approx(np.sign(first - 0.5) * majority, abs=1e-4)


@pytest.mark.parametrize("bonus", [0.0, 0.8, 1.6, 1.95])
def test_below_the_critical_bonus_every_lead_melts(bonus):
    assert binary_majority(bonus) == 0.0
    assert settle(np.array([0.99, 0.01]), bonus) == pytest.approx([0.5, 0.5], abs=1e-9)


def test_an_even_split_is_unstable_exactly_above_the_critical_bonus():
    lead = 1e-6
    for bonus, grows in [(1.99, False), (2.01, True)]:
        shares = choice_shares(np.array([0.5 + lead / 2, 0.5 - lead / 2]), bonus)
        assert (shares[0] - shares[1] > lead) == grows


# RESOLUTIONS E14 gives the first bonus on a grid of .01 at which an asymmetric equilibrium exists.
@pytest.mark.parametrize(("options", "on_grid"), [(2, 2.01), (3, 2.75), (8, 4.25), (9, 4.42)])
def test_lowest_bonus_with_lock_in(options, on_grid):
    lowest = lowest_lock_in_bonus(options)
    assert -1e-9 <= on_grid - lowest <= 0.01 + 1e-6
    favourite = np.full(options, 0.01 / (options - 1))
    favourite[0] = 0.99
    stays, melts = (settle(favourite, lowest + step)[0] for step in (0.01, -0.01))
    assert stays > 1 / options + 0.05
    assert melts == pytest.approx(1 / options, abs=1e-6)


def test_bass_adoption_solves_its_equation_and_peaks_when_stated():
    p, q = 0.03, 0.38
    assert bass_diffusion.peak_time(p, q) == pytest.approx(6.19, abs=5e-3)
    years = np.linspace(0.0, 20.0, 20_001)
    adopted = bass_diffusion.adopted_share(years, p, q)
    speed = np.gradient(adopted, years)
    assert speed[1:-1] == pytest.approx(((p + q * adopted) * (1 - adopted))[1:-1], abs=1e-6)
    assert years[np.argmax(speed)] == pytest.approx(bass_diffusion.peak_time(p, q), abs=1e-3)
    assert adopted[0] == 0.0

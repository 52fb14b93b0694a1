"""The race to the precipice: disaster risk under three information regimes.

Source: S. Armstrong, N. Bostrom, C. Shulman (2016), "Racing to the precipice: a model of artificial
intelligence development", AI & Society 31:201-206, doi:10.1007/s00146-015-0590-y. The closed forms below
are re-derived, not copied.

There are `n` teams. A team has capability c ~ U[0, mu] and picks a safety level s in [0, 1]; the largest
c - s wins, and the winner causes a disaster with probability 1 - s. A team gets 1 for its own safe win,
1 - `enmity` for another team's safe win and 0 after a disaster.

Units: capability, mu and safety share one dimensionless scale; enmity and risk are in [0, 1].
"""

import numpy as np
from scipy.integrate import quad
from scipy.optimize import brentq


def safety_without_information(n: int, enmity: float, mu: float) -> float:
    """Symmetric equilibrium when nobody knows any capability: s = min(1, mu / (n e))."""
    return min(1.0, mu / (n * enmity))


def caution_slope(n: int, enmity: float) -> float:
    """Capability k = 1 + e (n - 1) from which a privately informed team is fully safe."""
    return 1.0 + enmity * (n - 1)


def safety_with_private_information(capability, n: int, enmity: float):
    """Equilibrium when a team knows only its own capability: s(c) = min(1, c / k)."""
    return np.minimum(1.0, np.asarray(capability, float) / caution_slope(n, enmity))


def safety_with_public_information(lead, enmity: float):
    """Safety of the leader when all capabilities are known: s = min(1, lead / e).

    The runner-up plays s - lead and loses the tie. This is the safest equilibrium: a safer leader would make
    the runner-up prefer its own win, s - lead, to the leader's, (1 - e) s.
    """
    return np.minimum(1.0, np.asarray(lead, float) / enmity)


def risk_without_information(n: int, enmity: float, mu: float) -> float:
    """Disaster probability R_0 = (1 - mu / (n e))+."""
    return max(0.0, 1.0 - mu / (n * enmity))


def risk_with_private_information(n: int, enmity: float, mu: float) -> float:
    """Disaster probability R_p: the winner has the largest of n uniform capabilities."""
    k = caution_slope(n, enmity)
    if mu <= k:
        return 1.0 - n / (n + 1) * mu / k
    return (k / mu) ** n / (n + 1)


def risk_with_public_information(n: int, enmity: float, mu: float) -> float:
    """Disaster probability R_pub: the leader spends the gap to the runner-up on safety."""
    uncapped = max(0.0, 1.0 - enmity / mu) ** (n + 1)
    return 1.0 - mu / (enmity * (n + 1)) * (1.0 - uncapped)


def simulated_risks(n: int, enmity: float, mu: float, draws: int, rng: np.random.Generator) -> dict:
    """Monte-Carlo risk of each regime, as {regime: (mean, standard error)}.

    Capabilities are drawn, every team plays its equilibrium safety, the largest c - s wins (in the public
    regime the leader does, see safety_with_public_information).
    """
    capability = rng.uniform(0.0, mu, (draws, n))
    team = np.arange(draws)

    def winner_risk(safety):
        winner = np.argmax(capability - safety, axis=1)
        risk = 1.0 - safety[team, winner]
        return float(risk.mean()), float(risk.std(ddof=1) / np.sqrt(draws))

    none = np.full_like(capability, safety_without_information(n, enmity, mu))
    private = safety_with_private_information(capability, n, enmity)
    top_two = np.partition(capability, n - 2, axis=1)[:, n - 2 :]
    leader_safety = safety_with_public_information(top_two[:, 1] - top_two[:, 0], enmity)
    public = 1.0 - leader_safety
    return {
        "none": winner_risk(none),
        "private": winner_risk(private),
        "public": (float(public.mean()), float(public.std(ddof=1) / np.sqrt(draws))),
    }


def utility_without_information(safety, n: int, enmity: float, mu: float, others_safety: float):
    """Expected utility of playing `safety` when the n - 1 others play `others_safety`, nobody informed."""
    handicap = np.asarray(safety, float) - others_safety
    gap = np.minimum(np.abs(handicap) / mu, 1.0)
    win = np.where(handicap >= 0, (1.0 - gap) ** n / n, (1.0 - gap**n) / n + gap)
    return win * safety + (1.0 - enmity) * others_safety * (1.0 - win)


def utility_with_private_information(
    safety: float, capability: float, n: int, enmity: float, mu: float
) -> float:
    """Expected utility of `safety` at known own `capability` when the others play min(1, c / k).

    c - s(c) increases in c, so the own score beats all rivals below one break-even capability; above it the
    strongest rival wins with its own safety.
    """
    k = caution_slope(n, enmity)
    score = capability - safety

    def rival_excess(c):
        return c - min(1.0, c / k) - score

    if rival_excess(0.0) >= 0.0:
        break_even = 0.0
    elif rival_excess(mu) <= 0.0:
        break_even = mu
    else:
        break_even = brentq(rival_excess, 0.0, mu, xtol=1e-14)
    win = (break_even / mu) ** (n - 1)

    def rival_safe_win(c):
        return min(1.0, c / k) * (n - 1) * (c / mu) ** (n - 2) / mu

    kink = [k] if break_even < k < mu else None
    lost = quad(rival_safe_win, break_even, mu, points=kink)[0] if break_even < mu else 0.0
    return win * safety + (1.0 - enmity) * lost


def best_response_with_private_information(
    capability: float, n: int, enmity: float, mu: float, grid: int = 1001
) -> float:
    """Safety on an even grid over [0, 1] that maximises the privately informed team's utility."""
    safety = np.linspace(0.0, 1.0, grid)
    utility = [utility_with_private_information(s, capability, n, enmity, mu) for s in safety]
    return float(safety[int(np.argmax(utility))])

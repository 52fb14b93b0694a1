"""Switch by switch: off is exactly absent, and leaves every unrelated draw and series untouched."""

from __future__ import annotations

import numpy as np
import pytest

from sim.model import NarrativeModel
from sim.randomness import Streams
from tests.model.worlds import NO_FEEDBACK, SMALL, differing, history, small

#: Columns that beliefs do not reach under NO_FEEDBACK and exogenous adoption tastes.
TECHNICAL = {
    "capability", "own_capability", "compute", "released_capability", "measured", "score_gap", "users", "price",
    "derivatives", "revenue", "announced", "effective", "copied_share", "gap", "market_size",
}  # fmt: skip
SILENT = {"claims.policy": "none", "sources.independent-analyst.claim_policy": "none"}

#: What only changes what receivers hear and believe: none of it may touch the technical columns.
BELIEF_SWITCHES = [
    {"claims.policy": "none"},
    {"claims.policy": "strategic"},
    {"claims.motive_rate": 0.0},
    {"claims.relay_probability": 0.0},
    {"claims.sophistication": 0.0},
    {"claims.publication": "common"},
    {"media.contagion": False},
    {"media.reproduction_number": 0.0},
    {"media.competition": "all"},
    {"media.competition": "none"},
    {"social.rule": "none"},
    {"social.rule": "degroot"},
    {"social.rule": "bounded_confidence"},
    {"credibility.enabled": False},
    {"credibility.forensic_reveal_rate": 2.0},
    {"beliefs.motivated": 0.2},
    {"beliefs.bias_learning": False},
    {"beliefs.salience": 0.0},
    {"beliefs.briefing_probability": 0.0},
    {"benchmarks.news": False},
    {"valuation.rule": "creative_destruction"},
    {"valuation.copying_stalls": 0.3},
    {"listed.rule": "fundamental"},
]


@pytest.mark.parametrize("change", BELIEF_SWITCHES, ids=str)
def test_beliefs_do_not_reach_technology_without_feedback(change):
    plain = history(small(NO_FEEDBACK))
    other = history(small(NO_FEEDBACK | change))
    moved = differing(plain, other)
    assert not moved & TECHNICAL
    assert moved, "the switch changed nothing at all: this test could not fail"


def test_the_naive_parity_rule_changes_the_published_gap_only():
    moved = differing(
        history(small(NO_FEEDBACK)), history(small(NO_FEEDBACK | {"benchmarks.parity_rule": "overlap"}))
    )
    assert "score_gap" in moved
    assert not moved & (TECHNICAL - {"score_gap"})


CONTROL_PARAMETERS = {
    "export_control.leakage": 0.3,
    "export_control.leakage_slope": 0.2,
    "export_control.ally_coordination": 1.0,
    "export_control.stockpiling": 3.0,
    "export_control.learning_exponent": 0.45,
    "export_control.learning_base": 3.0,
    "export_control.induced_efficiency": 3.0,
    "export_control.access_effect": 0.1,
    "capability.compute_growth_floor": 0.2,
    "capital.control_price_markup": 5.0,
    "capital.state_compute_response": 2.0,
    "adoption.weight_access_control": 6.0,
}


@pytest.mark.parametrize("loop", [False, True])
@pytest.mark.parametrize("key", CONTROL_PARAMETERS)
def test_without_control_no_control_parameter_matters(key, loop):
    """T1.4: exogenous policy at strength 0 makes every trajectory independent of every control parameter."""
    off = {"export_control.mode": "exogenous", "export_control.strength": 0.0, "capital.buys_compute": loop}
    plain = history(small(off), weeks=30)
    moved = differing(plain, history(small(off | {key: CONTROL_PARAMETERS[key]}), weeks=30))
    # Lobbying is what a unit of control would be worth, net of leakage; nothing reads it where policy is exogenous.
    assert not moved - {"lobbying"}


EQUIVALENT_OFFS = [
    ("claims.rate 0 is claim policy none", {"claims.rate": 0.0, "policy.lobbying": False},
     SILENT | {"policy.lobbying": False}),
    ("relay probability 0 is no relay", {"claims.relay_probability": 0.0},
     {f"sources.{name}.claim_policy": "none" for name in ("us-official", "cn-official", "trade-press")}),
    ("theft rate 0 is a rate at which nothing happens", {"distillation.exfiltration_rate": 0.0},
     {"distillation.exfiltration_rate": 1e-12}),
    ("learning exponent 0 is learning without demand", {"export_control.learning_exponent": 0.0, **NO_FEEDBACK},
     {"export_control.learning_exponent": 0.0, "export_control.learning_base": 5.0, **NO_FEEDBACK}),
    ("zeta 0 is no scarcity response", {"export_control.induced_efficiency": 0.0},
     {"export_control.induced_efficiency": 0.0}),
    ("motivated 0 is plain updating", {"beliefs.motivated": 0.0}, {}),
    ("chi_d 0 is constant distrust", {"adoption.distrust_response": 0.0}, {"distillation.unauthorised_share": 0.5}),
    ("psi 0 is strategy without effect: silent", {"claims.policy": "strategic", "claims.strategic_weight": 0.0,
      "claims.motive_rate": 0.0, "policy.lobbying": False},
     {"claims.policy": "none", "claims.motive_rate": 0.0, "policy.lobbying": False}),
    ("omega 1 silences strategic sources", {"claims.policy": "strategic", "claims.sophistication": 1.0,
      "claims.motive_rate": 0.0, "policy.lobbying": False, "sources.independent-analyst.claim_policy": "none"},
     {"claims.policy": "none", "claims.sophistication": 1.0, "claims.motive_rate": 0.0, "policy.lobbying": False,
      "sources.independent-analyst.claim_policy": "none"}),
    ("maximal bias 0 is a strategic source without bias: silent by its cost rule",
     {"claims.policy": "strategic", "claims.max_bias": 0.0, "claims.motive_rate": 0.0, "policy.lobbying": False},
     {"claims.policy": "none", "claims.motive_rate": 0.0, "policy.lobbying": False}),
    ("retaliation probability 0 is retaliation without cost", {"policy.retaliation_probability": 0.0},
     {"policy.retaliation_probability": 1.0, "policy.retaliation_cost": 0.0}),
    ("gaming without spread is no gaming", {"benchmarks.gaming_share": 0.0}, {"benchmarks.variant_sd": 0.0}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "first", "second"), EQUIVALENT_OFFS, ids=[case[0] for case in EQUIVALENT_OFFS]
)
def test_two_ways_of_off_are_the_same_bits(name, first, second):
    moved = differing(history(small(first)), history(small(second))) - {"lobbying"}
    assert not moved


def test_no_potency_means_no_copying_at_all():
    """T2.2: potency 0 gives D = 0 and m* = 0 exactly, whatever happens elsewhere."""
    model = NarrativeModel(small({"distillation.potency": 0.0, "distillation.exfiltration_rate": 0.0}), 3)
    model.run_for(40)
    assert not model.labs.distilled.any()
    assert not model.recorder.history("copied_share", burn_in=True).any()


def test_everything_off_is_a_linear_race():
    """T1.1 in the emergent model: the gap is linear in time to 1e-12."""
    off = NO_FEEDBACK | SILENT | {
        "distillation.potency": 0.0, "distillation.exfiltration_rate": 0.0, "capability.spillover_rate": 0.0,
        "capability.open_diffusion_rate": 0.0, "capability.jumps": False, "capability.algorithmic_noise": 0.0,
        "capability.continuous_releases": True, "capability.derivative_feedback": 0.0,
        "export_control.stockpiling": 0.0, "export_control.induced_efficiency": 0.0,
        "export_control.learning_exponent": 0.0, "export_control.leakage": 0.0, "export_control.strength": 0.6,
    }  # fmt: skip
    gap = history(small(off))["gap"][:, 0, 0]
    slope = 0.6 * (0.65 - 0.40) / 52.0
    assert np.abs(np.diff(gap) - slope).max() < 1e-12


def test_exogenous_policy_keeps_beliefs_out_of_value():
    """With endogenous policy off, the pivot's ideal is not used in expectations (item 10): the zero is exact."""
    base = NO_FEEDBACK | SILENT | {"export_control.strength": 0.0}
    campaign = [
        {
            "type": "claim",
            "week": 2,
            "repeat_every": 3,
            "source": "us-closed-1",
            "narrative": "copying",
            "value": 0.9,
        }
    ]
    plain, claimed = history(small(base)), history(small(base | {"events": campaign}))
    moved = differing(plain, claimed)
    assert "believed_share" in moved
    assert "valuation" not in moved
    assert "believed_gap" not in moved


def test_draws_are_keyed_by_name_week_and_slot():
    few, many = Streams([7]), Streams([9, 7])
    assert np.array_equal(few.uniform("a", 3, 5)[0], many.uniform("a", 3, 5)[1])
    assert np.array_equal(few.normal("a", 3, 5)[0], many.normal("a", 3, 9)[1, :5])
    assert np.array_equal(
        Streams([7]).uniform("media.contagion", 40, 6, 4)[0, 6:],
        Streams([7]).uniform("media.contagion", 40, 9, 4)[0, 9:],
    )
    assert not np.array_equal(few.uniform("a", 3, 5), few.uniform("b", 3, 5))
    assert not np.array_equal(few.uniform("a", 3, 5), few.uniform("a", 4, 5))


def test_a_longer_burn_in_or_more_agents_leave_the_draws_of_others():
    wide = small({"size.communities": SMALL["size.communities"] + 13})
    a, b = NarrativeModel(small(), 4), NarrativeModel(wide, 4)
    a.run_for(5)
    b.run_for(5)
    assert np.array_equal(a.draws.uniform("media.contagion", 4, *a.receiver_draws(6))[:, : 24 * 6],
                          b.draws.uniform("media.contagion", 4, *b.receiver_draws(6))[:, : 24 * 6])  # fmt: skip
    assert np.array_equal(a.draws.uniform("labs.release", 4, 8), b.draws.uniform("labs.release", 4, 8))


def test_at_common_times_policies_differ_in_bias_only():
    common = {"claims.publication": "common", "claims.motive_rate": 0.0, "policy.lobbying": False}
    sincere = history(small(common | {"claims.policy": "sincere"}))
    unbiased = history(small(common | {"claims.policy": "strategic", "claims.max_bias": 0.0}))
    biased = history(small(common | {"claims.policy": "strategic"}))
    assert not differing(sincere, unbiased)
    assert "believed_gap" in differing(sincere, biased)

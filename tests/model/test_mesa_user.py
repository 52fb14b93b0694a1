"""What a Mesa user expects: agents by type, attributes, selection, stepping; strategies from outside."""

from __future__ import annotations

import mesa
import numpy as np
import pytest

from sim.agents import ChipVendor, Commentator, Community, Investor, Lab, Policymaker
from sim.mechanisms.claims import ClaimDecision, ClaimSituation
from sim.model import NarrativeModel
from sim.recording.invariants import InvariantError
from sim.recording.outputs import OUTPUTS, series
from sim.registry import claim_policies
from tests.model.worlds import small


@pytest.fixture(scope="module")
def model():
    built = NarrativeModel(small(), 1)
    built.run_for(30)
    return built


def test_time_steps_and_runs(model):
    assert isinstance(model, mesa.Model)
    assert model.time == 30
    before = model.week
    model.step()
    assert (model.time, model.week) == (31, before + 1)


def test_agents_are_mesa_agents_with_attributes(model):
    kinds = {Lab: 8, ChipVendor: 1, Commentator: 4, Investor: 24, Policymaker: 11, Community: 30}
    assert {kind: len(model.agents_by_type[kind]) for kind in kinds} == kinds
    assert len(model.agents) == sum(kinds.values())
    assert set(model.agent_types) == set(kinds)
    lab = model.agents_by_type[Lab].to_list()[4]
    assert isinstance(lab, mesa.Agent)
    assert lab.name == "cn-open-1"
    assert lab.capability == pytest.approx(float(model.labs.capability[0, 4]))
    assert lab.compute + lab.algorithms + lab.distilled == pytest.approx(lab.capability)
    believers = model.agents_by_type[Investor].get("believed_gap")
    assert np.allclose(believers, model.receivers.believed_gap[0, :24])
    convinced = model.agents_by_type[Investor].select(lambda a: a.believed_share > 0.2)
    assert len(convinced) == int((model.investors.believed_share > 0.2).sum())
    assert "lab" in repr(lab).lower()
    assert lab.state()["compute"] == lab.compute


@pytest.mark.parametrize("controlling", ["us", "cn"])
def test_in_the_burn_in_the_controlling_blocs_labs_are_worth_k_0_times_revenue(controlling):
    """AMENDMENTS G.2: k_0 is joint value over joint revenue, the multiple that reported rounds give."""
    base = {"us": {}, "cn": {"blocs.controlling": "cn", "blocs.controlled": "us"}}
    built = NarrativeModel(small(base[controlling]), 3)
    home = np.broadcast_to(built.is_home, (1, 8))[0]
    assert home.sum() == 4
    value, revenue = built.labs.valuation[0, home], built.labs.revenue[0, home]
    assert value.sum() == pytest.approx(40.0 * revenue.sum(), rel=1e-12)
    assert np.ptp(value / revenue) > 0.0  # labs with a smaller lead have smaller multiples


def test_writing_an_attribute_writes_the_slot(model):
    investor = model.agents_by_type[Investor].to_list()[7]
    investor.believed_gap = 0.321
    assert model.receivers.believed_gap[0, 7] == 0.321
    assert model.investors.believed_gap[0, 7] == 0.321


def test_one_body_serves_one_agent_and_the_whole_kind(model):
    someone = model.agents_by_type[Policymaker].to_list()[3]
    chips, access = someone.demand(np.array([[0.4]]))
    everyone_chips, everyone_access = model.policymakers.demand(np.array([[0.4]]))
    assert float(np.ravel(chips)[0]) == float(everyone_chips[0, 3])
    assert float(np.ravel(access)[0]) == float(everyone_access[0, 3])
    assert everyone_chips.shape == (1, 11)
    names = ("believed_gap", "believed_speed", "gap_variance", "gap_speed_covariance", "speed_variance")
    before = {name: getattr(model.receivers, name).copy() for name in names}
    investor = model.agents_by_type[Investor].to_list()[2]
    investor.expect()
    alone = {name: getattr(investor, name) for name in names}
    for name, values in before.items():
        setattr(model.receivers, name, values)
    model.receivers.expect()
    assert alone == {name: getattr(model.receivers, name)[0, 2] for name in names}


def test_all_registered_outputs_are_finite_and_described(model):
    for name, values in series(model).items():
        assert np.isfinite(values).all(), name
        assert OUTPUTS[name].unit
        assert OUTPUTS[name].description
        assert values.shape == (31, 1)


REQUIRED = [
    "capability_us_best",
    "capability_cn_best",
    "capability_open_best",
    "gap",
    "gap_months",
    "copied_share",
    "score_gap",
    "believed_gap_investors",
    "believed_gap_policymakers",
    "believed_gap_communities",
    "believed_copied_share_investors",
    "believed_copied_share_policymakers",
    "believed_copied_share_communities",
    "valuation_us_labs",
    "valuation_cn_labs",
    "listed_index",
    "control_strength_chips",
    "control_strength_access",
    "issue_attention",
    "claims_parity",
    "claims_moat",
    "claims_copying",
    "claims_cost",
    "claims_control",
    "claims_motive",
    "credibility_us_labs",
    "credibility_cn_labs",
    "open_share",
    "cn_open_share",
    "compute_cn_over_us",
    "price_ratio_closed_open",
    "bifurcation",
    "api_revenue_from_rivals",
    "revenue_us_labs",
    "revenue_cn_labs",
    "valuation_multiple_us",
    "frontier_compute_growth",
    "believed_closing_speed_investors",
    "counter_measures_cn",
]


def test_every_output_that_the_field_asks_for_exists():
    assert not set(REQUIRED) - set(OUTPUTS)


def test_a_claim_policy_can_be_added_from_outside():
    @claim_policies.register("always-moat")
    def always_moat(situation: ClaimSituation) -> ClaimDecision:
        everything = np.zeros(situation.estimate.shape, dtype=bool)
        everything[..., 0] = True
        return ClaimDecision(everything, np.full(situation.estimate.shape, 0.1), everything)

    try:
        model = NarrativeModel(small({"labs.us-closed-1.claim_policy": "always-moat"}), 2)
        model.run_for(50)
        claims = model.log.frame()
        mine = claims[(claims["source"] == "us-closed-1") & claims["narrative"].isin(["moat", "parity"])]
        assert len(mine) > 3
        assert (mine["narrative"] == "moat").all()
        assert np.allclose(mine["bias"], 0.1)
    finally:
        claim_policies.unregister("always-moat")


def test_a_failed_invariant_names_week_agent_and_value():
    model = NarrativeModel(small(), 1)
    model.run_for(3)
    model.labs.algorithms[0, 2] = np.nan
    with pytest.raises(InvariantError, match=r"week 3, seed 1, .*capability = .*nan"):
        model.step()


def test_any_size_runs():
    tiny = small({"size.investors": 1, "size.policymakers": 1, "size.communities": 1, "run.weeks": 10})
    NarrativeModel(tiny, 0).run_for(10)

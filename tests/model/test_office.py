"""The benchmark office finds a lab again whose index had lost touch with all test sets."""

from __future__ import annotations

import numpy as np

import sim


def test_an_index_that_was_below_all_sets_comes_back():
    """Weak labs once scored at the floor of every set; their better models must not be measured by that for ever."""
    base = sim.load_scenario(
        "baseline", {"size.investors": 10, "size.policymakers": 10, "size.communities": 10}
    )
    weaker = {
        f"labs.{name}.compute": lab.compute - 2.0 for name, lab in base.labs.items() if lab.bloc == "cn"
    }
    scenario = base.with_changes({**weaker, "run.burn_in": 52})
    model = sim.NarrativeModel.batch([(scenario, seed) for seed in range(6)])
    model.run_for(100)
    rivals = np.array([lab.bloc == "cn" for lab in scenario.labs.values()])
    office, labs = model.office, model.labs
    off = np.abs(office.measured - labs.released_capability)[:, rivals]
    told = (office.scored & (office.score > office.chance_floor[:, None] + 0.05) & (office.score < 0.95)).sum(
        axis=2
    )
    known = told[:, rivals] >= 2
    assert known.any()
    assert off[known].max() < 1.5

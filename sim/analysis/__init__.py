"""Analysis of parameter sweeps: functions on tables of runs, for notebooks and commands alike."""

from sim.analysis.box_files import box_scenario, box_values, try_scenario, write_box
from sim.analysis.boxes import Box, Limit, frame_of
from sim.analysis.discovery import Discovery, discover, prim_box
from sim.analysis.effects import Effect, effects, effects_table, paired_effect
from sim.analysis.expressions import Condition, condition
from sim.analysis.factorial import variance_shares
from sim.analysis.noise import Noise, noise_share
from sim.analysis.peeling import cart_boxes, prim_boxes
from sim.analysis.problem import AnalysisError, Problem, outcomes_of, row_means
from sim.analysis.regression import regression_coefficients
from sim.analysis.results import Sensitivity
from sim.analysis.screening import morris_effects, one_at_a_time_ranges
from sim.analysis.sensitivity import sensitivity
from sim.analysis.sobol import noise_free, sobol_indices

__all__ = [
    "AnalysisError",
    "Box",
    "Condition",
    "Discovery",
    "Effect",
    "Limit",
    "Noise",
    "Problem",
    "Sensitivity",
    "box_scenario",
    "box_values",
    "cart_boxes",
    "condition",
    "discover",
    "effects",
    "effects_table",
    "frame_of",
    "morris_effects",
    "noise_free",
    "noise_share",
    "one_at_a_time_ranges",
    "outcomes_of",
    "paired_effect",
    "prim_box",
    "prim_boxes",
    "regression_coefficients",
    "row_means",
    "sensitivity",
    "sobol_indices",
    "try_scenario",
    "variance_shares",
    "write_box",
]

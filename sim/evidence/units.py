"""Units of the evidence: index points and OOM, and the days that mark the hindcast.

Zero is the best released model at the start of the hindcast, taken as the first row of the release table
(index 113.9). An index point is worth ``1 / eci_per_oom`` OOM, the same map as in the scenario's
``capability.eci_per_oom``.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, overload

import numpy as np
import pandas as pd

START = dt.date(2022, 10, 3)
"""Recorded week 0 of the hindcast, a Monday."""
LAST_FITTED = dt.date(2025, 6, 30)
"""End of the fit window: later rows validate and are not fitted to unless asked for."""
INDEX_AT_START = 113.9
"""Index of the best released model at the start: the first row of the release table."""
ECI_PER_OOM = 13.7
"""Index points per OOM; the default of the scenario's ``capability.eci_per_oom``."""


@overload
def capability_from_index(index: float, eci_per_oom: float = ...) -> float: ...
@overload
def capability_from_index(index: np.ndarray, eci_per_oom: float = ...) -> np.ndarray: ...
@overload
def capability_from_index(index: pd.Series, eci_per_oom: float = ...) -> pd.Series: ...
def capability_from_index(index: Any, eci_per_oom: float = ECI_PER_OOM) -> Any:
    """Return capability in OOM above the best released model at the start, from index points."""
    return (index - INDEX_AT_START) / eci_per_oom


@overload
def index_from_capability(capability: float, eci_per_oom: float = ...) -> float: ...
@overload
def index_from_capability(capability: np.ndarray, eci_per_oom: float = ...) -> np.ndarray: ...
@overload
def index_from_capability(capability: pd.Series, eci_per_oom: float = ...) -> pd.Series: ...
def index_from_capability(capability: Any, eci_per_oom: float = ECI_PER_OOM) -> Any:
    """Return index points from capability in OOM above the start; the inverse of the other."""
    return INDEX_AT_START + eci_per_oom * capability


def days(table: pd.DataFrame, until: dt.date | None) -> pd.DataFrame:
    """Return the rows of a table that are dated until a day; all with None."""
    return table if until is None else table[table["date"] <= pd.Timestamp(until)]

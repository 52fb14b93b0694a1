"""The type of tables in this package."""

from __future__ import annotations

from typing import Any

#: A pandas DataFrame. Its stubs leave the types of cells open; docstrings say what columns hold.
Frame = Any

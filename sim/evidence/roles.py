"""Roles: which agent of a scenario stands for a developer.

A scenario has a handful of roles and the world had more developers, so one role may stand for several that
followed each other (the smaller Chinese labs); developers without a counterpart have none.
"""

from __future__ import annotations

import functools

from pydantic import BaseModel, ConfigDict

from sim.evidence.loading import FOLDER, read_rows


class RoleRow(BaseModel):
    """A developer and its role."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    developer: str
    role: str


@functools.cache
def _roles() -> dict[str, str | None]:
    return {row.developer: row.role or None for row in read_rows(FOLDER / "roles.csv", RoleRow)}


def role_of(developer: str) -> str | None:
    """Return the role that stands for a developer or company, or None where no agent does.

    Raises
    ------
    ValueError
        If the developer is in no table, so that a new name is not dropped in silence.

    """
    roles = _roles()
    if developer not in roles:
        raise ValueError(f"no role is stated for {developer!r}; stated in roles.csv: {', '.join(roles)}")
    return roles[developer]


def developers_of(role: str) -> list[str]:
    """Return the developers for which a role stands, in the order of the file."""
    return [developer for developer, stated in _roles().items() if stated == role]

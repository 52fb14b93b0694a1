"""The address of a comparison: what is compared, and which outcome is looked at."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

import sim
from sim.scenario.problems import did_you_mean
from viz import permalink
from viz.comparing.request import USUAL, Refused, Request, Side, whole

#: Settings of one side that a link may have.
MOST_SETTINGS = 200


def written(request: Request, outcome: str | None = None) -> str:
    """The query string that asks for the same, and shows the same."""
    pairs = [("a", request.a.name), ("b", request.b.name)]
    pairs += [("set-a", line) for line in request.a.settings]
    pairs += [("set-b", line) for line in request.b.settings]
    pairs += [("seed", str(request.seed)), ("replicates", str(request.replicates))]
    pairs += [("weeks", str(request.weeks))] if request.weeks is not None else []
    pairs += [("outcome", outcome)] if outcome else []
    return "?" + urlencode(pairs)


def read(query: str | None) -> tuple[Request | None, str | None]:
    """What a link asks for, and the outcome that it shows; None for what it leaves open.

    Raises :class:`Refused` for what it cannot say.
    """
    text = (query or "").removeprefix("?")
    if len(text) > permalink.LONGEST_QUERY:
        raise Refused("This link is too long.")
    found: dict[str, list[str]] = {}
    for key, value in parse_qsl(text):
        found.setdefault(key, []).append(value)
    outcome = found.get("outcome", [None])[-1]
    if outcome is not None and outcome not in sim.OUTPUTS:
        near = did_you_mean(outcome, sim.OUTPUTS)
        raise Refused(f'outcome "{outcome[:60]}": no output of that name' + (f"; {near}" if near else ""))
    if "a" not in found and "b" not in found:
        return None, outcome
    settings = [tuple(found.get(key, ())) for key in ("set-a", "set-b")]
    if max(map(len, settings)) > MOST_SETTINGS:
        raise Refused(f"This link has more than {MOST_SETTINGS} settings of one side.")
    first = found.get("a", found.get("b", [""]))[-1]
    weeks = found.get("weeks")
    request = Request(
        Side(first, settings[0]), Side(found.get("b", [first])[-1], settings[1]),
        whole(found.get("seed", ["1"])[-1], "seed"), whole(found.get("replicates", [str(USUAL)])[-1], "pairs"),
        whole(weeks[-1], "weeks") if weeks else None,
    )  # fmt: skip
    return request, outcome

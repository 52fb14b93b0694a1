"""The form of the page Compare: two scenarios with settings, luck, and how many pairs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import solara

from viz import choices, shell
from viz.comparing import running
from viz.comparing.running import Request, Side

#: What the page offers when it is opened without a link.
FIRST = Request(Side("copying-sincere"), Side("no-copying-sincere"))
MEANING = {
    "luck": "Pair k of both scenarios has the seed SEED + k, and every draw is keyed by what it decides: what "
    "differs in a pair comes from the scenarios, and as little as possible from chance.",
    "pairs": "How often both are run, each time with new luck. More pairs give narrower intervals and take longer.",
}


@solara.component
def Form(
    asked: Request, busy: bool, run: Callable[[Request], None], cancel: Callable[[], None], share: float
) -> None:
    """The form; ``run`` gets a request that has been validated."""
    draft, set_draft = solara.use_state(asked)
    texts, set_texts = solara.use_state(
        {
            "a": "\n".join(asked.a.settings),
            "b": "\n".join(asked.b.settings),
            "weeks": "" if asked.weeks is None else str(asked.weeks),
        }
    )
    error, set_error = solara.use_state(None)

    def press() -> None:
        try:
            weeks = running.whole(texts["weeks"], "weeks") if str(texts["weeks"]).strip() else None
            request = replace(
                draft,
                a=replace(draft.a, settings=running.lines_of(texts["a"])),
                b=replace(draft.b, settings=running.lines_of(texts["b"])),
                weeks=weeks,
            )
            request.scenarios()
        except running.TOLD as wrong:
            set_error(wrong)
            return
        set_error(None)
        run(request)

    with shell.Panel("Two scenarios under the same luck", help=MEANING["luck"]):
        with solara.Div(classes=["parity-sides"]):
            for which in ("a", "b"):
                with solara.Column(gap="4px", style="min-width:0;").key(which):
                    Which(
                        which.upper(), getattr(draft, which),
                        lambda side, which=which: set_draft(replace(draft, **{which: side})),
                    )  # fmt: skip
                    solara.InputTextArea(
                        f"Settings on top of {which.upper()}, one key=value a line (optional)", texts[which],
                        on_value=lambda text, which=which: set_texts({**texts, which: text}), rows=2, auto_grow=False,
                    )  # fmt: skip
        with solara.Div(classes=["parity-luck"]):
            solara.InputInt(
                "Seed of pair 0", draft.seed, on_value=lambda n: set_draft(replace(draft, seed=n or 0))
            )
            solara.InputInt(
                f"Pairs ({running.FEWEST} to {running.MOST})", draft.replicates,
                on_value=lambda n: set_draft(replace(draft, replicates=n or 0)),
            )  # fmt: skip
            solara.InputText(
                "Weeks (empty: as the shorter)", texts["weeks"],
                on_value=lambda text: set_texts({**texts, "weeks": text}),
            )  # fmt: skip
            solara.Button(
                "Compare", on_click=press, color="primary", disabled=busy, icon_name="mdi-compare-horizontal"
            )
            solara.Button("Cancel", on_click=cancel, outlined=True, disabled=not busy)
        if busy:
            solara.ProgressLinear(value=max(100 * share, 1.0))
            solara.HTML(
                tag="div", unsafe_innerHTML=f"{100 * share:.0f} % of the weeks are run",
                attributes={"role": "status"}, classes=["parity-note"],
            )  # fmt: skip
        if error is not None:
            shell.Problems(error)


@solara.component
def Which(letter: str, side: Side, on_side: Callable[[Side], None]) -> None:
    """The scenario of one side: a shipped one, the world of Live, or the one that the link brought."""
    offered = {name: name for name, _ in choices.SCENARIOS}
    world = shell.controller.value
    if world is not None:
        offered[f"the one in Live ({world.base})"] = world.permalink()
    if side.name not in offered.values():
        offered[side.label if side.shipped else "the one of this link"] = side.name
    chosen = next(label for label, name in offered.items() if name == side.name)

    def pick(label: str) -> None:
        on_side(replace(side, name=offered[label]))

    solara.Select(f"Scenario {letter}", list(offered), chosen, on_value=pick, dense=True)
    said = dict(choices.SCENARIOS).get(side.name, "")
    if said:
        solara.HTML(tag="div", unsafe_innerHTML=shell.escape(said), classes=["parity-note"])

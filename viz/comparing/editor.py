"""The settings of one side: chosen from the schema, with unit and bounds, or written as lines."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import solara

from viz import shell
from viz.comparing import request, setting
from viz.comparing.request import Side


@solara.component
def Settings(letter: str, side: Side, on_settings: Callable[[tuple[str, ...]], None]) -> None:
    """The settings on top of a scenario."""
    lines = side.settings

    def known() -> dict[str, Any]:
        try:
            return setting.values(Side(side.name, (), side.text).scenario())
        except request.TOLD:
            return {}  # What is wrong with it is told when it is run.

    held = solara.use_memo(known, [side.name, side.text])
    taken = tuple(made.key for line in lines if (made := setting.split(line)) is not None)
    items = solara.use_memo(lambda: setting.offered(held, set(taken)), [side.name, side.text, taken])

    def put(place: int, line: str | None) -> None:
        kept = [each for k, each in enumerate(lines) if k != place or line is not None]
        if line is not None:
            kept[place] = line
        on_settings(tuple(kept))

    def add(key: str | None) -> None:
        if key:
            on_settings((*lines, f"{key}={setting.written(held[key])}"))

    for place, line in enumerate(lines):
        Row(letter, line, held, lambda new, place=place: put(place, new)).key(f"{place}-{taken[place:]}")
    # A new element after each choice: the list is empty again.
    solara.v.Autocomplete(
        label=f"Add a setting to {letter}: choose or type to search", items=items, v_model=None, on_v_model=add,
        dense=True, hide_details=True, clearable=False, no_data_text="no parameter fits", class_="parity-add",
        prepend_inner_icon="mdi-plus",
    ).key(f"add-{len(lines)}")  # fmt: skip


@solara.component
def Lines(letter: str, lines: tuple[str, ...], on_settings: Callable[[tuple[str, ...]], None]) -> None:
    """The same settings as text."""
    solara.InputTextArea(
        f"Settings of {letter}: one key=value a line, as --set-{letter.lower()} takes it", "\n".join(lines),
        on_value=lambda text: on_settings(request.lines_of(text)), rows=3, auto_grow=False,
    )  # fmt: skip


@solara.component
def Row(letter: str, line: str, held: dict[str, Any], put: Callable[[str | None], None]) -> None:
    """One setting: its value, what it may be, what the scenario has, and a button that takes it away."""
    made = setting.split(line)
    info = None if made is None else made.info
    with solara.Div(classes=["parity-setting-row"]):
        if made is None or info is None:
            solara.InputText(f"Setting of {letter}", line, on_value=lambda text: put(text.strip() or None))
            hint, wrong = "", "no parameter of that name" if made else "not key=value"
        else:
            hint, wrong = "", made.problem
            name, kind = made.key, info.kind
            if kind in ("choice", "switch"):
                allowed = list(info.choices) if kind == "choice" else ["true", "false"]
                shown = [*allowed, made.text] if made.text not in allowed else allowed
                solara.Select(name, shown, made.text, on_value=lambda text: put(f"{name}={text}"), dense=True)
            else:
                solara.InputText(name, made.text, on_value=lambda text: put(f"{name}={text.strip()}"))
                hint = setting.bounds(info) if kind != "text" else ""
        with solara.Div(classes=["parity-setting-facts"]):
            if made is not None and made.key in held:
                hint += f"{'; ' if hint else ''}in the scenario {setting.written(held[made.key])}"
            if wrong:
                solara.HTML(tag="div", unsafe_innerHTML=shell.escape(wrong), classes=["parity-wrong"],
                            attributes={"role": "alert"})  # fmt: skip
            if info is not None:
                shell.Term(hint or "what it means", info.description)
            elif hint:
                solara.HTML(tag="span", unsafe_innerHTML=shell.escape(hint))
        key = made.key if made is not None else line
        solara.Button(
            icon_name="mdi-close", on_click=lambda: put(None), icon=True, small=True,
            attributes={"aria-label": f"Take {key} out of {letter}", "title": f"Take {key} out of {letter}"},
        )  # fmt: skip

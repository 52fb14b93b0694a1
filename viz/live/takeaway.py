"""Take the screen home: data, scenario file, command, link."""

from __future__ import annotations

import solara

from viz import shell
from viz.live import state
from viz.live.widgets import Address


@solara.component
def Takeaway(now: state.Now) -> None:
    """Downloads, the command that repeats this world, and the link that shows it again."""
    held = now.controller
    stem = f"parity-{now.view.scenario_name or held.base}-seed-{held.seed}".replace(" ", "-").replace(
        ".toml", ""
    )
    # While playing the link stays that of the start: an address that changes five times a second helps nobody.
    playing = state.playing.value
    query = solara.use_memo(held.permalink, [id(held), None if playing else now.key])
    with shell.Panel(
        "Take it home",
        "The scenario file holds everything that differs from the shipped one, with the acts you made here, so that "
        "the command gives the same run to the last digit.",
    ):
        with solara.Row(style="flex-wrap:wrap;", gap="8px"):
            shell.download_button("Series (CSV)", held.series_csv, f"{stem}-series.csv")
            shell.download_button("Series (Parquet)", held.series_parquet, f"{stem}-series.parquet")
            shell.download_button("Events (CSV)", held.events_csv, f"{stem}-events.csv")
            shell.download_button("Scenario (TOML)", held.scenario_toml, f"{stem}.toml")
        solara.HTML(
            tag="pre", unsafe_innerHTML=shell.escape(held.command()), classes=["parity-command"],
            attributes={"tabindex": "0", "role": "group", "aria-label": "Command that repeats this run"},
            style="white-space:pre-wrap;overflow-wrap:anywhere;font-size:.8rem;margin:4px 0;",
        )  # fmt: skip
        Address(query)

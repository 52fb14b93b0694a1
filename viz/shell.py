"""What all pages share: the session's model, the theme, cards, error panels, downloads."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import solara
import solara.lab

if TYPE_CHECKING:
    from viz.controller import LiveController

#: The model of this browser session; a module-level reactive is one value a session in Solara's server.
controller: solara.Reactive[LiveController | None] = solara.reactive(None)
#: Grows whenever the model of the session has moved; panels that draw it read this.
moved: solara.Reactive[int] = solara.reactive(0)


def open_in_live(new: LiveController) -> None:
    """Make ``new`` the model that Live shows; the one before is freed."""
    old = controller.peek()
    controller.set(new)
    if old is not None and old is not new:
        old.close()
    moved.set(moved.peek() + 1)


@solara.lab.on_kernel_start
def _free_at_the_end() -> Callable[[], None]:
    """Free the model when the browser session goes away."""

    def close() -> None:
        held = controller.peek()
        if held is not None:
            held.close()

    return close


#: Whether the page is dark, as the browser says: Solara's own trait stays light where the theme is left to the system.
dark: solara.Reactive[bool] = solara.reactive(False)


@solara.component_vue("components/page_facts.vue")
def _DarkProbe(event_dark: Callable[[bool], None]) -> None:
    """Tells whether the page is dark, at the start and whenever that changes."""


@solara.component
def DarkProbe() -> None:
    """Keeps :data:`dark` true to the page."""
    _DarkProbe(event_dark=lambda value: dark.set(bool(value)))


def use_dark() -> bool:
    """Whether the page is dark."""
    return dark.value


@solara.component
def Panel(title: str, help: str = "", children: list[Any] = [], classes: list[str] = []) -> None:  # noqa: B006
    """A card with a heading; ``help`` is shown under the pointer and read by screen readers."""
    with solara.v.Card(outlined=True, class_=" ".join(["pa-3", "parity-panel", *classes])):
        with solara.Row(style="align-items:center;gap:6px;", classes=["parity-panel-head"]):
            solara.HTML(
                tag="h2", unsafe_innerHTML=escape(title), style="font-size:1rem;font-weight:600;margin:0;"
            )
            if help:
                Term("?", help, "parity-help")
        solara.Column(children=children, gap="6px")


@solara.component
def Term(text: str, meaning: str, look: str = "parity-term") -> None:
    """A word with its meaning as a tooltip; also reached by keyboard."""
    # v.Html: a tooltip never hears of the pointer or the focus over solara.HTML.
    with solara.Tooltip(meaning):
        solara.v.Html(
            tag="span", children=[text], class_=look,
            attributes={"tabindex": "0", "role": "note", "aria-label": f"{text}: {meaning}"},
        )  # fmt: skip


@solara.component
def Fold(summary: str, children: list[Any] = []) -> None:  # noqa: B006
    """A part that is opened on demand: the browser's own, which keyboards and screen readers know."""
    line = solara.v.Html(tag="summary", children=[summary])
    solara.v.Html(tag="details", class_="parity-details", children=[line, *children])


@solara.component
def Bar(words: str, done: float | None = None) -> None:
    """A bar that fills as ``done`` goes from 0 to 1, or one that moves where nobody knows how long it takes."""
    value = None if done is None else 100.0 * min(max(done, 0.0), 1.0)
    solara.v.ProgressLinear(
        indeterminate=value is None, value=value, color="primary", attributes={"aria-label": words}
    )


@solara.component
def Problems(error: Exception) -> None:
    """What is wrong with a scenario, as the command line tells it, or a short sentence for any other error."""
    problems = getattr(error, "problems", None)
    with solara.Error(None, icon=False, classes=["parity-problems"]):
        if not problems:
            solara.Text(str(error).splitlines()[0] if str(error) else "That did not work.")
            return
        solara.HTML(
            tag="strong", unsafe_innerHTML=f"{len(problems)} problem{'s' * (len(problems) > 1)} found"
        )
        for each in problems:
            lines = [
                f"<code>{escape(each.key or '(file)')}</code> <small>{escape(short_place(each.place))}</small>"
            ]
            lines.append(f"found: {escape(str(each.found))}")
            lines += [f"allowed: {escape(str(each.allowed))}"] if each.allowed else []
            lines += [f"hint: {escape(str(each.hint))}"] if each.hint else []
            solara.HTML(
                tag="div", unsafe_innerHTML="<br>".join(lines), style="margin-top:6px;white-space:pre-wrap;"
            )


def short_place(place: str) -> str:
    """File name without its folder: a page names no path of the server."""
    return place.replace("\\", "/").rsplit("/", 1)[-1]


@solara.component
def download_button(label: str, data: Callable[[], bytes | str], filename: str) -> None:
    """A button whose data is made when it is pressed, by the ``data`` of the last redraw.

    Solara drops a download that has begun when the function changes, which it would at every redraw: it gets one that
    stays the same.
    """
    latest = solara.use_ref(data)
    latest.current = data

    def made() -> bytes:
        found = latest.current()
        return found if isinstance(found, bytes) else found.encode()

    solara.FileDownload(solara.use_memo(lambda: made, []), filename=filename, label=label)


def escape(text: str) -> str:
    """Text as HTML."""
    import html

    return html.escape(text)

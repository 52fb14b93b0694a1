"""The whole page 'About the model' as HTML: made once a process, for code and schema do not change in it."""

from __future__ import annotations

import html
import threading

from viz.explain import neutrality, tables
from viz.explain.docstrings import Mechanism, Module, formulas, inline, modules, rich
from viz.explain.week import Step, steps, uses

_making = threading.Lock()
_made: list[str] = []


def document() -> str:
    """All sections; made by the first who asks, others wait for it."""
    with _making:
        if not _made:
            _made.append(
                "".join((_week(), _mechanisms(), _parameters(), _outputs(), _strategies(), _claims()))
            )
        return _made[0]


def made() -> str | None:
    """The same if it has been made."""
    return _made[0] if _made else None


def _section(anchor: str, title: str, lead: str, body: str) -> str:
    return f'<section id="{anchor}" aria-labelledby="{anchor}-title"><h2 id="{anchor}-title">{title}</h2>' \
        f"<p>{lead}</p>{body}</section>"  # fmt: skip


def _fold(anchor: str, level: int, title: str, body: str, note: str = "") -> str:
    beside = f' <span class="parity-note">{html.escape(note)}</span>' if note else ""
    return (
        f'<details id="{anchor}" class="parity-fold"><summary><h{level}>{html.escape(title)}</h{level}>{beside}'
        f"</summary>{body}</details>"
    )


def _jump(anchor: str, text: str) -> str:
    return f'<a class="parity-jump" href="#{anchor}">{html.escape(text)}</a>'


def _week() -> str:
    cards = "".join(_step(number, each) for number, each in enumerate(steps(), 1))
    lead = (
        "Phases follow one another; each sees everything that the ones before it did. Read from the code of "
        "<code>NarrativeModel._week</code>; the mechanisms of a step are found by following its calls."
    )
    return _section("week", "The week", lead, f'<ol class="parity-week">{cards}</ol>')


def _step(number: int, step: Step) -> str:
    links = "".join(_jump(f"mechanisms-{name}", name.replace("_", " ")) for name in step.mechanisms)
    found = html.escape(f"{step.title} {step.method} {step.summary}".lower(), quote=True)
    return (
        f'<li id="{step.anchor}" data-find="{found}"><strong class="parity-step">'
        f'<span class="parity-number">{number}</span> {html.escape(step.title)}</strong>'
        f"<p>{inline(step.summary)}</p><div>{links}</div></li>"
    )


def _mechanisms() -> str:
    lead = "Every public function of <code>sim.mechanisms</code>, from its docstring. Formulas that the page cannot read for certain stand as code."  # noqa: E501
    return _section("mechanisms", "Mechanisms", lead, "".join(map(_module, modules())))


def _module(module: Module) -> str:
    sections = {name for name, _, _ in tables.parameter_sections()}
    link = f"<p>{_jump(f'parameters-{module.name}', 'its parameters')}</p>" if module.name in sections else ""
    body = rich(module.doc) + link + "".join(map(_function, module.functions))
    count = sum(len(formulas(each.doc)) for each in module.functions)
    note = f"{len(module.functions)} functions, {count} equations"
    return _fold(module.anchor, 3, module.name.replace("_", " ").capitalize(), body, note)


def _function(each: Mechanism) -> str:
    found = html.escape(f"{each.module} {each.name} {each.doc}".lower(), quote=True)
    title = html.escape(each.name.replace("_", " "))
    return (
        f'<article id="{each.anchor}" data-find="{found}"><h4>{title} '
        f'<a class="parity-link" href="#{each.anchor}" aria-label="Link to {title}">#</a></h4>'
        f'{rich(each.doc)}<p class="parity-note">{_use(each)}<br><code>{html.escape(each.signature)}</code><br>'
        f"{html.escape(each.place)}</p></article>"
    )


def _use(each: Mechanism) -> str:
    """Where it is used, in words."""
    use = uses()[each.module, each.name]
    parts = [_jump(step.anchor, f"{number} {step.title}")
             for number, step in enumerate(steps(), 1) if number in use.steps]  # fmt: skip
    parts += ["at the start"] if use.at_start else []
    if parts:
        return f"Used in: {', '.join(parts)}."
    if use.elsewhere:
        return f"Not in the week; used by {html.escape(', '.join(use.elsewhere))}."
    return "No run uses it."


def _parameters() -> str:
    folds = []
    for name, module, body in tables.parameter_sections():
        link = f"<p>{_jump(f'mechanisms-{module}', 'its mechanisms')}</p>" if module else ""
        count = body.count("<tr id=")
        note = f"{count} parameter{'s' * (count > 1)}"
        folds.append(_fold(f"parameters-{name}", 3, name, link + body, note))
    lead = "Every parameter of a scenario, from the schema: what it may be, and whether it is sourced or assumed."
    return _section("parameters", "Parameters", lead, "".join(folds))


def _outputs() -> str:
    folds = [_fold(f"outputs-{name}", 3, name, body, f"{body.count('<tr id=')} series")
             for name, body in tables.output_groups()]  # fmt: skip
    return _section("outputs", "Outputs", "Weekly series that every run records.", "".join(folds))


def _strategies() -> str:
    folds = [_fold(f"strategies-{kind.replace(' ', '-')}", 3, kind.capitalize(), body)
             for kind, body in tables.strategies()]  # fmt: skip
    lead = "Rules that a scenario chooses by name; installed packages may add more."
    return _section("strategies", "Strategies", lead, "".join(folds))


def _claims() -> str:
    parts = "".join(
        f"<h3>{title}</h3>{neutrality.as_html(neutrality.section(title))}" for title in neutrality.TITLES
    )
    body = f"{parts}<p>{html.escape(neutrality.assumed())}</p>"
    return _section("neutrality", "What Parity does not claim", "In the words of the README.", body)

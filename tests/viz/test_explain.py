"""About the model: made from code and schema, complete, and no formula shown wrongly."""

import csv
import inspect
import io
import xml.etree.ElementTree as ET

import pytest

import sim
from sim.mechanisms import beliefs, capability, valuation
from sim.scenario.catalogue import parameters
from viz.explain import docstrings, document, tables, week
from viz.explain.equations import mathml

READ = {
    "a + b": "a+b",
    "-x": "−x",
    "a = b <= c": "a=b≤c",
    "a / (b + c)": "[a|b+c]",
    "a b/c d": "[ab|c]d",
    "12 G / g_ref": "[12G|g_ref]",
    "(a + b)/(c - d)": "[a+b|c−d]",
    "(G - f)+": "(G−f)^+",
    "(a)+ + b": "(a)^++b",
    "m* = D/(G + D)": "m^∗=[D|G+D]",
    "p' = a": "p^′=a",
    "x_a^2": "x_a^2",
    "exp(-r T)": "exp(−rT)",
    "+-b_max": "±b_max",
    "sum_k M_k / N_k": "∑_k[M_k|N_k]",
    "a*b": "a·b",
    "kappa_s dt": "κ_sdt",
    "E[x] - |y|": "E[x]−|y|",
    "sqrt(2 rate dt) e": "√{2ratedt}e",
    "(Q/Q_0)^-b": "([Q|Q_0])^−b",
}
REFUSED = (
    "x <- W x", "B/1yr", "a / b c", "a/p(1 - p)", "(..., labs)", "a == b", "if x = 1", "x = None", "a ** b",
    "f(x", "x =", "x^2y", "ln a/b", "a -> b",
)  # fmt: skip


def linear(node: ET.Element) -> str:
    """MathML as one line, with the structure that matters."""
    parts = [linear(each) for each in node]
    kind = node.tag
    if kind == "mfrac":
        return f"[{parts[0]}|{parts[1]}]"
    if kind == "msqrt":
        return "√{" + "".join(parts) + "}"
    if kind in ("msub", "munder"):
        return "_".join(parts)
    if kind == "msup":
        return "^".join(parts)
    return (node.text or "") + "".join(parts)


@pytest.mark.parametrize("text", READ)
def test_formulas_are_read_as_meant(text):
    assert linear(ET.fromstring(mathml(text))) == READ[text]


@pytest.mark.parametrize("text", REFUSED)
def test_what_cannot_be_read_for_certain_stays_code(text):
    assert mathml(text) is None
    assert "<code>" in docstrings.inline(f"``{text}``")


def test_most_equations_are_typeset(record_property, capsys):
    docs = [d for m in docstrings.modules() for d in (m.doc, *(e.doc for e in m.functions))]
    found = [each for doc in docs for each in docstrings.formulas(doc)]
    typeset = [each for each in found if mathml(each)]
    for each in typeset:
        ET.fromstring(mathml(each))
    record_property("equations", f"{len(typeset)} of {len(found)} typeset")
    with capsys.disabled():
        print(f"\nequations: {len(typeset)} typeset, {len(found) - len(typeset)} as code")
    assert len(found) > 30
    assert len(typeset) >= 0.7 * len(found)


def test_every_public_mechanism_is_shown():
    page = document.document()
    for module in (capability, beliefs, valuation):
        for name, member in vars(module).items():
            own = inspect.isfunction(member) and member.__module__ == module.__name__
            if own and not name.startswith("_"):
                short = module.__name__.rsplit(".", 1)[-1]
                assert f'id="mechanism-{short}-{name}"' in page
                assert f"sim/mechanisms/{short}.py: {name}" in page
    assert all(f'id="{f.anchor}"' in page for m in docstrings.modules() for f in m.functions)


def test_steps_of_the_week_come_in_the_order_of_the_code():
    source = inspect.getsource(sim.NarrativeModel._week)
    steps = week.steps()
    places = [source.index(f"self.{each.method}()") for each in steps]
    assert places == sorted(places)
    assert source.count("        self._") == len(steps)
    assert all(each.summary for each in steps)
    page = document.document()
    shown = [page.index(f"</span> {each.title}</button>") for each in steps]
    assert shown == sorted(shown)


def test_every_parameter_and_output_is_shown_and_downloadable():
    page = document.document()
    for head, keys, text in (
        ("key", [p.key for p in parameters()], tables.parameters_csv()),
        ("name", list(sim.OUTPUTS), tables.outputs_csv()),
    ):
        rows = list(csv.DictReader(io.StringIO(text)))
        assert [row[head] for row in rows] == keys
        assert all(f"<code>{key.replace('<', '&lt;').replace('>', '&gt;')}</code>" in page for key in keys)
    assert all(name in page for kind in (sim.claim_policies, sim.social_rules) for name in kind.names())


def test_jumps_have_targets():
    import re

    page = document.document()
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'data-jump="([^"]+)"', page)) <= set(ids)


def test_every_step_of_the_week_leads_to_mechanisms():
    linked = {step.method: step.mechanisms for step in week.steps()}
    assert all(linked.values()), linked
    assert "claims" in linked["_speak"]
    assert "media" in linked["_spread"]
    assert "beliefs" in linked["_form_beliefs"]

"""About the model: made from code and schema, complete, and no formula shown wrongly."""

import csv
import inspect
import io
import re
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

import sim
from sim.mechanisms import beliefs, capability, valuation
from sim.scenario.catalogue import parameters
from viz.explain import docstrings, document, files, neutrality, tables, week
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
    shown = [page.index(f"</span> {each.title}</strong>") for each in steps]
    assert shown == sorted(shown)


def test_every_parameter_and_output_is_shown_and_downloadable():
    page = document.document().replace("<wbr>", "")
    for head, keys, text in (
        ("key", [p.key for p in parameters()], tables.parameters_csv()),
        ("name", list(sim.OUTPUTS), tables.outputs_csv()),
    ):
        rows = list(csv.DictReader(io.StringIO(text)))
        assert [row[head] for row in rows] == keys
        assert all(f"<code>{key.replace('<', '&lt;').replace('>', '&gt;')}</code>" in page for key in keys)
    assert all(name in page for kind in (sim.claim_policies, sim.social_rules) for name in kind.names())


def test_jumps_have_targets():
    page = document.document()
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    jumps = set(re.findall(r'href="#([^"]+)"', page))
    assert len(jumps) > 100
    assert jumps <= set(ids)


def test_every_step_of_the_week_leads_to_mechanisms():
    linked = {step.method: step.mechanisms for step in week.steps()}
    assert all(linked.values()), linked
    assert "claims" in linked["_speak"]
    assert "media" in linked["_spread"]
    assert "beliefs" in linked["_form_beliefs"]
    # By a rule that the scenario names, and by a method that a base class has.
    assert "social" in linked["_form_beliefs"]
    assert ("valuation", "leader_annuity") in week.steps()[8].functions


#: Steps of short runs with other options: what is called in them must be among what the page says.
WATCHED = {
    "baseline": {},
    "copying-strategic": {"social.rule": "bounded_confidence"},
    "no-capital-loop": {"valuation.rule": "creative_destruction"},
    "tight-controls": {"distillation.iso_lag": True},
}


@pytest.mark.parametrize("name", WATCHED)
def test_what_a_run_calls_in_a_step_is_linked_from_it(name):
    model = sim.NarrativeModel(
        sim.load_scenario(name, {"run.weeks": 40, "run.burn_in": 20, **WATCHED[name]}), seed=1
    )
    public = {(m.name, f.name) for m in docstrings.modules() for f in m.functions}
    steps = {each.method: set(each.functions) for each in week.steps()}
    at, seen = [None], {method: set() for method in steps}

    def watch(frame, event, _argument):
        code = frame.f_code
        if code.co_name in steps and code.co_filename.endswith("model.py"):
            at[0] = code.co_name if event == "call" else None
        elif event == "call" and at[0] and "/mechanisms/" in code.co_filename.replace("\\", "/"):
            place = (code.co_filename.replace("\\", "/").rsplit("/", 1)[1][:-3], code.co_name)
            if place in public:
                seen[at[0]].add(place)

    sys.setprofile(watch)
    try:
        for _ in range(40):
            model.step()
    finally:
        sys.setprofile(None)
    assert sum(map(len, seen.values())) > 25
    assert {method: seen[method] - steps[method] for method in steps} == {method: set() for method in steps}


def test_every_mechanism_says_where_it_is_used():
    uses = week.uses()
    assert set(uses) == {(m.name, f.name) for m in docstrings.modules() for f in m.functions}
    outside = {place for place, use in uses.items() if not use.steps and not use.at_start}
    assert len(outside) < len(uses) / 8
    assert uses["capability", "months"].elsewhere == ("sim.recording.outputs",)
    assert uses["distillation", "iso_lag_counterfactual_gap"].at_start
    page = document.document()
    for module in docstrings.modules():
        for each in module.functions:
            article = page[page.index(f'id="{each.anchor}"') :].split("</article>")[0]
            use = uses[module.name, each.name]
            said = (
                "Used in: "
                if use.steps or use.at_start
                else "Not in the week"
                if use.elsewhere
                else "No run uses it."
            )
            assert said in article
            assert article.count('href="#step-') == len(use.steps)


def test_what_is_not_claimed_is_the_readme_and_the_count_is_the_schema():
    page = document.document()
    readme = (Path(sim.__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    for title in neutrality.TITLES:
        assert f"## {title}\n" in readme
        assert f"<h3>{title}</h3>" in page
    for words in ("Allegations stay allegations", "Levels and dates"):
        assert words in readme
        assert words in page
    held = list(parameters())
    count = sum(each.status in ("A", "N") for each in held)
    assert f"Of the {len(held)} parameters of this version {count} are assumptions" in page
    with pytest.raises(LookupError):
        neutrality.section("Nowhere")


def test_the_readme_is_found_in_an_installed_package(monkeypatch, tmp_path):
    monkeypatch.setattr(neutrality, "__file__", str(tmp_path / "a" / "b" / "c.py"))
    assert "## Neutrality" in neutrality.readme()


def test_the_week_as_a_picture():
    root = ET.fromstring(files.week_svg())
    words = " ".join(root.itertext())
    assert all(each.title in words for each in week.steps())
    boxes = [each for each in root.iter("{http://www.w3.org/2000/svg}rect") if each.get("rx")]
    assert len(boxes) == len(week.steps())
    wide, high = float(root.get("width")), float(root.get("height"))
    for each in boxes:
        assert float(each.get("x")) + float(each.get("width")) <= wide
        assert float(each.get("y")) + float(each.get("height")) <= high


def test_the_page_to_take_home_needs_nothing_else():
    page = files.page_html()
    assert page.startswith("<!doctype html>")
    assert "<details open" in page
    assert not re.search(r'(src|href)="(?!#)', page)
    assert "<script" not in page


def test_the_mechanisms_as_markdown():
    text = files.equations_markdown()
    for module in docstrings.modules():
        assert f"\n## {module.name}\n" in text
        assert all(f"\n### {each.name}\n" in text for each in module.functions)
    assert "``" not in text
    assert ":func:" not in text

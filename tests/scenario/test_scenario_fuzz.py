"""Random bad values give a ScenarioError and nothing else; random good ones survive a round trip."""

import tomllib

from hypothesis import given, settings
from hypothesis import strategies as st

from sim.scenario import Scenario, ScenarioError, load_scenario, parameters
from sim.scenario.events import EVENT_MODELS

KEYS = [info.key.replace("<name>", name) for info in parameters() for name in ("cn-open-1", "new")]
WORDS = [
    *KEYS,
    *Scenario.model_fields,
    "labs.x",
    "events",
    "events[0]",
    "events[0].week",
    "sources.trade-press",
    "a b",
    "",
]
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(min_value=-(10**500), max_value=10**500)
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["us", "cn", "none", "default", "relay", "2024-01-01", "cn-open-1"])
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
EVENT_KEYS = sorted({name for model in EVENT_MODELS.values() for name in model.model_fields})
EVENTS = st.lists(
    st.dictionaries(st.sampled_from(EVENT_KEYS), SCALARS, max_size=6).flatmap(
        lambda event: st.sampled_from([*EVENT_MODELS, "nonsense"]).map(lambda kind: {**event, "type": kind})
    ),
    max_size=4,
)


def problems_or_scenario(action):
    try:
        scenario = action()
    except ScenarioError as error:
        wrong = error
    else:
        wrong = None
    if wrong is not None:
        assert wrong.problems
        assert all(problem.found for problem in wrong.problems)
        assert "found:" in str(wrong)
        return None
    assert isinstance(scenario, Scenario)
    return scenario


def check_round_trip(scenario):
    again = Scenario.model_validate(tomllib.loads(scenario.to_toml()))
    assert again == scenario
    assert again.digest() == scenario.digest()


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.sampled_from(WORDS), VALUES, min_size=1, max_size=4))
def test_changes(changes):
    scenario = problems_or_scenario(lambda: Scenario().with_changes(changes))
    if scenario is not None:
        check_round_trip(scenario)


@settings(max_examples=100, deadline=None)
@given(EVENTS, st.sampled_from(["endogenous", "both"]))
def test_events(events, mode):
    scenario = problems_or_scenario(
        lambda: Scenario().with_changes({"events": events, "export_control.mode": mode})
    )
    if scenario is not None:
        check_round_trip(scenario)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.text(max_size=20)
        | st.sampled_from(KEYS).flatmap(lambda k: st.text(max_size=8).map(lambda v: f"{k}={v}")),
        max_size=3,
    )
)
def test_overrides(overrides):
    problems_or_scenario(lambda: load_scenario("core", overrides))


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_values_inside_the_bounds_are_taken(data):
    changes = {}
    for info in data.draw(
        st.lists(
            st.sampled_from([i for i in parameters() if "<" not in i.key and i.kind == "number"]), max_size=5
        )
    ):
        changes[info.key] = data.draw(st.floats(info.minimum, info.maximum))
    scenario = problems_or_scenario(lambda: Scenario().with_changes(changes))
    if scenario is not None:
        check_round_trip(scenario)


@settings(max_examples=100, deadline=None)
@given(
    st.text(max_size=60)
    | st.lists(
        st.sampled_from(["[run]", "weeks = 3", "[labs.x]", "[[events]]", "=", "[", '"', "extends = 'core'"]),
        max_size=6,
    ).map("\n".join)
)
def test_files(tmp_path_factory, text):
    path = tmp_path_factory.getbasetemp() / "random.toml"
    path.write_bytes(text.encode("utf-8", errors="surrogatepass"))
    problems_or_scenario(lambda: load_scenario(path))

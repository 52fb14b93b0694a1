"""Conditions: what they mean, and what is refused with which words."""

import numpy as np
import pytest

from sim.analysis import AnalysisError, condition
from tests.analysis.tables import choice, reals

FACTORS = (
    *reals("a", "export_control.strength", "labs.cn-open-1.compute"),
    choice("claims.policy", "none", "sincere", "strategic"),
    choice("sw", False, True),
    choice("n", 1.0, 2.0, 4.0),
)
COLUMNS = {
    "y": np.array([1.0, 2.0, np.nan, 4.0]),
    "z": np.ones(4),
    "a": np.array([0.1, 0.2, 0.3, 0.4]),
    "export_control.strength": np.arange(4.0),
    "labs.cn-open-1.compute": np.arange(4.0),
    "claims.policy": np.array(["none", "sincere", "strategic", "none"], dtype=object),
    "sw": np.array([True, False, True, False]),
    "n": np.array([1.0, 2.0, 4.0, 4.0]),
}
BASELINE = {"y": 4.0, "z": 1.5}


def read(text):
    return condition(text, ["y", "z"], FACTORS)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("y < 3", "1100"),
        ("y < .8 * baseline", "1100"),
        ("y < baseline.z", "1000"),
        ("y < baseline(z) and a > 0", "1000"),
        ("z < baseline or y > 3", "1111"),
        ("y > baseline.y - z * 2 - 1", "0101"),
        ("1 < y <= 4", "0101"),
        ("y != 1", "0101"),
        ("not y < 3", "0011"),
        ("defined(y)", "1101"),
        ("not defined(y)", "0010"),
        ("claims.policy == 'none'", "1001"),
        ('claims.policy != "none" and a < 0.25', "0100"),
        ("export_control.strength >= 2", "0011"),
        ("`labs.cn-open-1.compute` > 1 and y > 0", "0001"),
        ("sw", "1010"),
        ("sw == true and z == 1", "1010"),
        ("not sw and n == 4", "0001"),
        ("min(y, z, 2) == max(1, 0)", "1101"),
        ("abs(y - 3) < 1.5 and log(exp(z)) == 1", "0101"),
        ("log10(100) == sqrt(4) and y ** 2 == 4", "0100"),
        ("log(y - 2) > -9", "0001"),
        ("y / 0 > 1", "1101"),
        ("9 ** 9 ** 9 > y", "1101"),
        ("-y < +0", "1101"),
    ],
)
def test_what_conditions_mean(text, expected):
    assert "".join("1" if one else "0" for one in read(text).holds(COLUMNS, BASELINE)) == expected


def test_names_that_a_condition_uses():
    found = read("y < 0.5 * baseline.z and sw and defined(z) or a > 0.1")
    assert found.outcomes == ("y", "z")
    assert found.factors == ("sw", "a")
    assert found.baselines == ("z",)
    assert found.handled == ("z",)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "an empty condition"),
        ("yy < 3", 'no outcome or factor "yy"; did you mean "y"?'),
        ("export_control.strenth < 1", 'did you mean "export_control.strength"?'),
        ("claims.policy == 'strategc'", 'no label "strategc"; did you mean "strategic"?'),
        ("claims.policy < 'none'", "a text can only be equal"),
        ("claims.policy < 1", "claims.policy is a text and 1 a number"),
        ("y", '"y" is a number, not a condition'),
        ("y + 1", "is a number, not a condition"),
        ("y = 3", "for equality write =="),
        ("y < 3 and", "cannot be read"),
        ("y < 3 & z > 1", "write and, or"),
        ("~sw", "write not"),
        ("y % 2 < 1", "only + - * / **"),
        ("y + z < baseline", "Write baseline.y or baseline.z"),
        ("baseline < 3", "Write baseline.y or baseline.z, or compare"),
        ("y < baseline.q", 'no outcome "q" for baseline'),
        ("y < baseline(zz)", 'did you mean "z"?'),
        ("defined(a)", 'no outcome "a" for defined'),
        ("max(y) < 3", "max takes two or more numbers"),
        ("abs(y, z) < 3", "abs takes one number"),
        ("abs(y, key=z) < 3", "only plain arguments"),
        ("abs(*y) < 3", "only plain arguments"),
        ("sqr(y) < 3", 'no function sqr; did you mean "sqrt"?'),
        ("y and z", "y is a number; and joins conditions"),
        ("sw + 1 < 2", "sw is a truth; arithmetic needs numbers"),
        ("y is 3", "only < <= > >= == != compare"),
        ("y in (1, 2)", "is not allowed"),
        ("y < 1j", "is not allowed"),
        ("[y] < 3", "is not allowed"),
        ("y if sw else z", "is not allowed"),
        ("(lambda: 1)() < 2", "no function"),
        ("__import__('os').system('ls') < 1", "no function"),
        ("y.__class__ == 1", "no outcome or factor"),
        ("f'{y}' == 'a'", "is not allowed"),
        ("y := 3", "cannot be read"),
        ("y < 3\0", "cannot be read"),
        ("-" * 1500 + "y < 1", "nested too deep"),
        ("y < 1" + "0" * 500, "too large"),
        ("y" * 3000, "3,000 characters"),
    ],
)
def test_what_is_refused(text, message):
    with pytest.raises(AnalysisError) as told:
        read(text)
    assert message in str(told.value)
    assert len(str(told.value)) < 400

"""Reading a condition: its tree becomes a function of columns, or a message that says what is wrong with it."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, NamedTuple

import numpy as np

from sim.analysis.problem import AnalysisError
from sim.analysis.problem import text as written
from sim.experiments.sweep.factors import Factor
from sim.scenario.problems import did_you_mean

Kind = Literal["number", "text", "truth"]
Columns = Mapping[str, np.ndarray]
Baseline = Mapping[str, float]
Evaluate = Callable[[Columns, Baseline], Any]

_QUOTED = re.compile(r"`([^`]*)`")
_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "abs": np.abs,
    "log": np.log,
    "log10": np.log10,
    "exp": np.exp,
    "sqrt": np.sqrt,
    "min": lambda *values: np.minimum.reduce(np.broadcast_arrays(*values)),
    "max": lambda *values: np.maximum.reduce(np.broadcast_arrays(*values)),
}
_SEVERAL = ("min", "max")
_ARITHMETIC: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: np.add,
    ast.Sub: np.subtract,
    ast.Mult: np.multiply,
    ast.Div: np.divide,
    ast.Pow: np.power,
}
_ORDER: dict[type, Callable[[Any, Any], Any]] = {
    ast.Lt: np.less,
    ast.LtE: np.less_equal,
    ast.Gt: np.greater,
    ast.GtE: np.greater_equal,
    ast.Eq: np.equal,
    ast.NotEq: np.not_equal,
}


class _Part(NamedTuple):
    """A piece of the condition: what it gives, how to get it, and its labels if it is a factor of texts."""

    kind: Kind
    value: Evaluate
    labels: tuple[str, ...] | None = None
    constant: Any = None


class Reader:
    """Turns the tree of one condition into a function, checking kinds on the way.

    Attributes
    ----------
    outcomes_used, factors_used, baselines, handled
        Names that the condition uses, in order; see :class:`~sim.analysis.expressions.Condition`.

    """

    def __init__(self, text: str, outcomes: Sequence[str], factors: Mapping[str, Factor]) -> None:
        self.text = text
        self.outcomes, self.factors = list(outcomes), factors
        self.quoted: dict[str, str] = {}
        self.outcomes_used: dict[str, None] = {}
        self.factors_used: dict[str, None] = {}
        self.baselines: dict[str, None] = {}
        self.handled: dict[str, None] = {}
        self.about: list[str] = []
        """Outcomes named in the comparison that is being read: what a bare ``baseline`` may stand for."""

    def read(self) -> Evaluate:
        """Return the condition as a function; raises :class:`AnalysisError`."""
        plain = _QUOTED.sub(self._stand_in, self.text.strip())
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                tree = ast.parse(plain, mode="eval")
            part = self._part(tree.body)
        except SyntaxError as error:
            hint = " (for equality write ==)" if re.search(r"(?<![<>=!])=(?!=)", plain) else ""
            place = f" at character {error.offset}" if error.offset and not self.quoted else ""
            raise AnalysisError(f'"{self._short}" cannot be read{place}{hint}') from None
        except (RecursionError, MemoryError, ValueError) as error:
            if isinstance(error, AnalysisError):
                raise
            raise AnalysisError(f'"{self._short}" cannot be read: nested too deep, or no text') from None
        if part.kind != "truth":
            raise AnalysisError(
                f'"{self._short}" is a {part.kind}, not a condition; compare it, for instance {self._short} < 0.5'
            )
        return part.value

    def _stand_in(self, match: re.Match[str]) -> str:
        name = f"_quoted_{len(self.quoted)}_"
        self.quoted[name] = match[1]
        return name

    def _wrong(self, what: str) -> AnalysisError:
        return AnalysisError(f'in "{self._short}": {what}')

    @property
    def _short(self) -> str:
        return self.text if len(self.text) <= 80 else f"{self.text[:79]}…"

    def _part(self, node: ast.expr) -> _Part:
        match node:
            case ast.Constant():
                return self._constant(node.value)
            case ast.Name() | ast.Attribute():
                return self._name(self._dotted(node))
            case ast.UnaryOp():
                return self._unary(node)
            case ast.BinOp():
                return self._arithmetic(node)
            case ast.BoolOp():
                return self._joined(node)
            case ast.Compare():
                return self._comparison(node)
            case ast.Call():
                return self._call(node)
        raise self._wrong(
            f"{ast.unparse(node)[:40]} is not allowed; use names, numbers, comparisons, and, or, not"
        )

    # -- leaves --------------------------------------------------------------------------------------------

    def _constant(self, value: Any) -> _Part:
        if isinstance(value, bool):
            return _Part("truth", lambda columns, baseline: value, constant=value)
        if isinstance(value, int | float):
            # As floats, so that 9**9**9 is infinite at once and not a number of many digits in an hour.
            try:
                number = np.float64(value)
            except OverflowError:
                raise self._wrong("a whole number that is too large") from None
            return _Part("number", lambda columns, baseline: number, constant=number)
        if isinstance(value, str):
            return _Part("text", lambda columns, baseline: value, constant=value)
        raise self._wrong(f"{value!r} is not allowed; use numbers and texts")

    def _dotted(self, node: ast.expr) -> str:
        match node:
            case ast.Name():
                return self.quoted.get(node.id, node.id)
            case ast.Attribute():
                return f"{self._dotted(node.value)}.{self.quoted.get(node.attr, node.attr)}"
        raise self._wrong(f"{ast.unparse(node)[:40]} is no name of an outcome or factor")

    def _name(self, name: str) -> _Part:
        if name in self.outcomes:
            self.outcomes_used[name] = None
            return _Part("number", lambda columns, baseline: columns[name])
        if name in self.factors:
            return self._factor(self.factors[name])
        if name == "baseline":
            return self._bare_baseline()
        if name.startswith("baseline."):
            return self._baseline(name.removeprefix("baseline."))
        if name in ("true", "false"):
            return self._constant(name == "true")
        known = [*self.outcomes, *self.factors, "baseline"]
        near = did_you_mean(name, known)
        outcomes, factors = ", ".join(self.outcomes), ", ".join(self.factors)
        raise self._wrong(
            f'no outcome or factor "{name}"; {near or f"outcomes: {outcomes}; factors: {factors}"}'
        )

    def _factor(self, factor: Factor) -> _Part:
        self.factors_used[factor.name] = None
        name = factor.name
        if factor.numeric:
            return _Part("number", lambda columns, baseline: np.asarray(columns[name], dtype=float))
        values = factor.values or ()
        if all(isinstance(value, bool) for value in values):
            return _Part("truth", lambda columns, baseline: np.asarray(columns[name], dtype=bool))
        labels = tuple(written(value) for value in values)

        def texts(columns: Columns, baseline: Baseline) -> np.ndarray:
            return np.array([written(value) for value in columns[name]], dtype=object)

        return _Part("text", texts, labels)

    def _bare_baseline(self) -> _Part:
        candidates = list(dict.fromkeys(self.about))
        if len(candidates) != 1:
            which = candidates or self.outcomes
            raise self._wrong(
                "baseline of which outcome? Write "
                + " or ".join(f"baseline.{name}" for name in which[:4])
                + (", or compare it with one outcome" if not candidates else "")
            )
        return self._baseline(candidates[0])

    def _baseline(self, name: str) -> _Part:
        if name not in self.outcomes:
            near = did_you_mean(name, self.outcomes)
            raise self._wrong(f'no outcome "{name}" for baseline; {near or ", ".join(self.outcomes)}')
        self.baselines[name] = None
        return _Part("number", lambda columns, baseline: np.float64(baseline[name]))

    # -- inner nodes ---------------------------------------------------------------------------------------

    def _number(self, node: ast.expr, where: str) -> Evaluate:
        part = self._part(node)
        if part.kind != "number":
            raise self._wrong(f"{self._shown(node)} is a {part.kind}; {where} needs numbers")
        return part.value

    def _truth(self, node: ast.expr, where: str) -> Evaluate:
        part = self._part(node)
        if part.kind != "truth":
            raise self._wrong(f"{self._shown(node)} is a {part.kind}; {where} joins conditions")
        return part.value

    def _unary(self, node: ast.UnaryOp) -> _Part:
        match node.op:
            case ast.Not():
                truth = self._truth(node.operand, "not")
                return _Part("truth", lambda columns, baseline: np.logical_not(truth(columns, baseline)))
            case ast.USub() | ast.UAdd():
                sign = -1.0 if isinstance(node.op, ast.USub) else 1.0
                number = self._number(node.operand, "a sign")
                return _Part("number", lambda columns, baseline: sign * number(columns, baseline))
        raise self._wrong("~ is not allowed; write not")

    def _arithmetic(self, node: ast.BinOp) -> _Part:
        if isinstance(node.op, ast.BitAnd | ast.BitOr):
            raise self._wrong("& and | are not allowed; write and, or")
        if type(node.op) not in _ARITHMETIC:
            raise self._wrong(f"{self._shown(node)}: only + - * / ** are allowed")
        operate = _ARITHMETIC[type(node.op)]
        left, right = self._number(node.left, "arithmetic"), self._number(node.right, "arithmetic")
        return _Part(
            "number", lambda c, b: operate(np.asarray(left(c, b), float), np.asarray(right(c, b), float))
        )

    def _joined(self, node: ast.BoolOp) -> _Part:
        both = isinstance(node.op, ast.And)
        parts = [self._truth(value, "and" if both else "or") for value in node.values]
        join = np.logical_and if both else np.logical_or

        def joined(columns: Columns, baseline: Baseline) -> Any:
            found = parts[0](columns, baseline)
            for part in parts[1:]:
                found = join(found, part(columns, baseline))
            return found

        return _Part("truth", joined)

    def _comparison(self, node: ast.Compare) -> _Part:
        before, self.about = self.about, self._named(node)
        parts = [self._part(one) for one in (node.left, *node.comparators)]
        self.about = before
        links = []
        for place, (operator, first, second) in enumerate(zip(node.ops, parts, parts[1:], strict=False)):
            if type(operator) not in _ORDER:
                raise self._wrong("only < <= > >= == != compare")
            if first.kind != second.kind:
                shown = [self._shown(one) for one in (node.left, *node.comparators)][place : place + 2]
                raise self._wrong(f"{shown[0]} is a {first.kind} and {shown[1]} a {second.kind}")
            if first.kind != "number" and not isinstance(operator, ast.Eq | ast.NotEq):
                raise self._wrong(f"a {first.kind} can only be equal (==) or not (!=)")
            self._check_label(first, second)
            self._check_label(second, first)
            links.append((_ORDER[type(operator)], first.value, second.value))

        def compared(columns: Columns, baseline: Baseline) -> Any:
            found: Any = True
            for order, first, second in links:
                a, b = first(columns, baseline), second(columns, baseline)
                # NaN != 1 is true in arithmetic; here an undefined number fulfils no comparison.
                known = np.logical_not(_undefined(a) | _undefined(b))
                found = np.logical_and(found, np.logical_and(order(a, b), known))
            return found

        return _Part("truth", compared)

    def _check_label(self, factor: _Part, label: _Part) -> None:
        if factor.labels is None or label.constant is None or label.constant in factor.labels:
            return
        near = did_you_mean(str(label.constant), factor.labels)
        raise self._wrong(f'no label "{label.constant}"; {near or "there is " + ", ".join(factor.labels)}')

    def _named(self, node: ast.expr) -> list[str]:
        """Outcomes that a comparison names, apart from those of which it takes the baseline."""
        if isinstance(node, ast.Name | ast.Attribute):
            name = self._dotted(node)
            return [name] if name in self.outcomes else []
        if isinstance(node, ast.Call):
            inside: list[ast.AST] = [] if self._callee(node) == "baseline" else list(node.args)
        else:
            inside = list(ast.iter_child_nodes(node))
        return [name for one in inside if isinstance(one, ast.expr) for name in self._named(one)]

    def _callee(self, node: ast.Call) -> str:
        return node.func.id if isinstance(node.func, ast.Name) else ""

    def _call(self, node: ast.Call) -> _Part:
        name = self._callee(node)
        if node.keywords or any(isinstance(one, ast.Starred) for one in node.args):
            raise self._wrong(f"{name}: only plain arguments are allowed")
        if name in ("baseline", "defined"):
            if len(node.args) != 1:
                raise self._wrong(f"{name} takes the name of one outcome")
            outcome = self._dotted(node.args[0])
            if name == "baseline":
                return self._baseline(outcome)
            if outcome not in self.outcomes:
                near = did_you_mean(outcome, self.outcomes)
                raise self._wrong(f'no outcome "{outcome}" for defined; {near or ", ".join(self.outcomes)}')
            self.outcomes_used[outcome] = self.handled[outcome] = None
            return _Part("truth", lambda columns, baseline: np.isfinite(columns[outcome]))
        if name not in _FUNCTIONS:
            known = [*_FUNCTIONS, "baseline", "defined"]
            near = did_you_mean(name, known)
            raise self._wrong(f"no function {name or self._shown(node)}; {near or ', '.join(known)}")
        wanted = "two or more numbers" if name in _SEVERAL else "one number"
        if (len(node.args) < 2) if name in _SEVERAL else (len(node.args) != 1):
            raise self._wrong(f"{name} takes {wanted}")
        function, arguments = _FUNCTIONS[name], [self._number(one, name) for one in node.args]
        return _Part(
            "number", lambda c, b: function(*(np.asarray(one(c, b), dtype=float) for one in arguments))
        )

    def _shown(self, node: ast.expr) -> str:
        shown = ast.unparse(node)
        for stand_in, name in self.quoted.items():
            shown = shown.replace(stand_in, f"`{name}`")
        return shown if len(shown) <= 40 else shown[:39] + "…"


def _undefined(value: Any) -> Any:
    array = np.asarray(value)
    return np.isnan(array) if array.dtype.kind == "f" else np.zeros(array.shape, dtype=bool)

"""Formulas in plain text, as docstrings have them, to MathML; what is not understood for certain stays code.

Reads ``a b`` as a product, ``a b/c d`` as ``(a b/c) d``, ``x+`` as the positive part, ``m*`` as a star, ``g'`` as
a prime, ``x_y`` as an index and ``sum_k`` over the rest of its term. Text that has two readings is refused.
"""

from __future__ import annotations

import functools
import html
import re
from dataclasses import dataclass

GREEK = dict(
    zip(
        [
            "alpha",
            "beta",
            "gamma",
            "delta",
            "epsilon",
            "eps",
            "zeta",
            "eta",
            "theta",
            "iota",
            "kappa",
            "lambda",
            "mu",
            "nu",
            "xi",
            "pi",
            "rho",
            "sigma",
            "tau",
            "phi",
            "chi",
            "psi",
            "omega",
            "Gamma",
            "Delta",
            "Theta",
            "Lambda",
            "Sigma",
            "Phi",
            "Psi",
            "Omega",
        ],
        "αβγδεεζηθικλμνξπρστφχψωΓΔΘΛΣΦΨΩ",
        strict=True,
    )
)
FUNCTIONS = frozenset(
    ["exp", "ln", "log", "log1p", "log10", "expm1", "clip", "max", "min", "sqrt", "sigma", "sign", "tanh"]
)
#: Words and values of code: text with one of them is no formula.
PROSE = frozenset(
    [
        "if",
        "where",
        "else",
        "is",
        "are",
        "the",
        "and",
        "or",
        "not",
        "of",
        "in",
        "for",
        "to",
        "with",
        "as",
        "per",
        "at",
        "by",
        "an",
        "None",
        "True",
        "False",
        "nan",
        "inf",
        "self",
    ]
)
RELATIONS = {"=": "=", "<=": "≤", ">=": "≥", "<": "&lt;", ">": "&gt;"}
CLOSING = {"(": ")", "[": "]"}
TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?(?:[eE][-+]?\d+)?|\.\d+)|(?P<name>[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)*)"
    r"|(?P<sign><=|>=|\+-|[-+*/^=<>()\[\]|,']))"
)


class NotAFormula(ValueError):
    """The text cannot be read as a formula for certain."""


@dataclass(frozen=True)
class Token:
    """A number, a name or a sign, with the space around it: space tells a positive part from a sum."""

    kind: str
    text: str
    space_before: bool
    space_after: bool


@functools.cache
def mathml(text: str, display: bool = False) -> str | None:
    """Return the formula as a ``<math>`` element, or nothing where it cannot be read for certain."""
    try:
        body = _Reader(tokens(text)).formula()
    except NotAFormula:
        return None
    look = ' display="block"' if display else ""
    plain = html.escape(" ".join(text.split()), quote=True)
    return f'<math{look} displaystyle="true" aria-label="{plain}"><mrow>{body}</mrow></math>'


def tokens(text: str) -> list[Token]:
    """Split a formula; a character that no formula has is refused."""
    found, at, text = [], 0, " ".join(text.split())
    if re.search(r"<-|->|==|\*\*|//|(?<![\w.])[\d.]+[A-DF-Za-df-z]", text):
        raise NotAFormula(text)  # arrows, code, and a number grown together with a unit
    while at < len(text):
        match = TOKEN.match(text, at)
        if match is None:
            raise NotAFormula(text)
        kind = str(match.lastgroup)
        after = text[match.end() : match.end() + 1]
        word = match[kind]
        if word in PROSE:
            raise NotAFormula(text)
        found.append(Token(kind, word, match.start(kind) > at or at == 0, after in ("", " ")))
        at = match.end()
    return found


def _row(*parts: str) -> str:
    return f"<mrow>{''.join(parts)}</mrow>"


def _sign(text: str) -> str:
    return f"<mo>{text}</mo>"


def _letters(text: str) -> str:
    """One name without index: a letter or Greek letter is slanted, a word upright."""
    if text in GREEK:
        return f"<mi>{GREEK[text]}</mi>"
    if len(text) > 1 and text[0] == "d" and ((len(text) == 2 and text[1].isalpha()) or text[1:] in GREEK):
        return _row('<mi mathvariant="normal">d</mi>', _letters(text[1:]))
    return f"<mn>{text}</mn>" if text.isdigit() else f"<mi>{text}</mi>"


def _name(text: str) -> str:
    base, *index = text.split("_")
    if len(base) > 2 and base not in GREEK and index and base != "sum":
        return f"<mi>{text}</mi>"  # the name of a variable in the code
    if not index:
        return _letters(base)
    if len(index) > 1:
        raise NotAFormula(text)
    return (
        f"<msub>{_letters(base)}{_letters(index[0]) if index[0][0] != 'd' else f'<mi>{index[0]}</mi>'}</msub>"
    )


class _Reader:
    """Recursive descent; every method returns MathML of what it has read."""

    def __init__(self, found: list[Token]) -> None:
        self.found, self.at = found, 0

    def peek(self, ahead: int = 0) -> Token:
        at = self.at + ahead
        return self.found[at] if at < len(self.found) else Token("end", "", True, True)

    def take(self, text: str = "") -> Token:
        token = self.peek()
        if token.kind == "end" or (text and token.text != text):
            raise NotAFormula(text)
        self.at += 1
        return token

    def formula(self) -> str:
        """Sides with relations between them, to the end of the text."""
        parts = [self.sum()]
        while self.peek().text in RELATIONS:
            parts += [_sign(RELATIONS[self.take().text]), self.sum()]
        if self.peek().kind != "end":
            raise NotAFormula(self.peek().text)
        return "".join(parts)

    def sum(self) -> str:
        """Terms with plus and minus."""
        parts = []
        if self.peek().text in ("-", "+-"):
            parts.append(_sign("±" if self.take().text == "+-" else "−"))
        parts.append(self.term())
        while self.peek().text in ("+", "-"):
            parts += [_sign("+" if self.take().text == "+" else "−"), self.term()]
        return _row(*parts)

    def term(self) -> str:
        """Factors; a slash puts all before it over the one factor behind it."""
        factors = [self.summation() or self.factor()[0]]
        single: str | None = None
        if len(factors) == 1:
            single = self.bare
        while True:
            token = self.peek()
            if token.text == "/":
                spaced = self.take().space_before
                above = single if single is not None else _row(*factors)
                total = self.summation()
                below = total or self._below()
                factors, single = [f"<mfrac>{above}{below}</mfrac>"], None
                if spaced and not total and self._starts():
                    raise NotAFormula("a / b c has two readings")
            elif token.text == "*":
                self.take()
                factors += [_sign("·"), self.factor()[0]]
                single = None
            elif self._starts():
                total = self.summation()
                factors += ['<mspace width="0.18em"/>', total or self.factor()[0]]
                single = None
            else:
                return _row(*factors)

    bare: str | None = None
    """The last factor without its brackets, where it is nothing but a bracket."""

    def _starts(self) -> bool:
        token = self.peek()
        return token.kind in ("number", "name") or token.text in ("(", "[")

    def _below(self) -> str:
        head, following = self.peek(), self.peek(1)
        called = head.kind == "name" and following.text == "(" and not following.space_before
        if called and head.text not in FUNCTIONS:
            raise NotAFormula("a/b(c) has two readings")
        full, bare = self.factor()
        return bare or full

    def summation(self) -> str | None:
        """A sum over the rest of its term, if one begins here."""
        token = self.peek()
        if token.kind != "name" or token.text.split("_")[0] != "sum":
            return None
        self.take()
        if self.peek().text == "(" and not self.peek().space_before:
            raise NotAFormula("sum(")
        _, _, index = token.text.partition("_")
        mark = f"<munder>{_sign('∑')}<mi>{index}</mi></munder>" if index else _sign("∑")
        body = _row(mark, self.term())
        self.bare = None
        return body

    def factor(self) -> tuple[str, str | None]:
        """One factor with what hangs on it; also without its brackets where it is only a bracket."""
        body, bare = self.atom()
        while True:
            token = self.peek()
            if token.space_before:
                break
            if token.text == "'":
                self.take()
                body = f"<msup>{body}{_sign('′')}</msup>"
            elif token.text == "^":
                self.take()
                body = f"<msup>{body}{self.exponent()}</msup>"
            elif token.text in ("+", "*") and self._hangs(token):
                if self.found[self.at - 1].kind == "number":
                    raise NotAFormula("a number has no positive part")
                self.take()
                body = f"<msup>{body}{_sign('+' if token.text == '+' else '∗')}</msup>"
            else:
                break
            bare = None
        self.bare = bare
        return body, bare

    def _hangs(self, token: Token) -> bool:
        following = self.peek(1)
        return token.space_after or following.text in (")", "]", ",", "/", "'")

    def exponent(self) -> str:
        minus = _sign("−") if self.peek().text == "-" and self.take() else ""
        token = self.peek()
        if token.text == "(":
            full, bare = self.atom()
            return _row(minus, bare or full)
        following = self.peek(1)
        if token.kind == "end" or (following.kind in ("name", "number") and not following.space_before):
            raise NotAFormula("where does the exponent end?")
        self.take()
        if token.kind == "sign":
            raise NotAFormula(token.text)
        return _row(minus, f"<mn>{token.text}</mn>" if token.kind == "number" else _name(token.text))

    def atom(self) -> tuple[str, str | None]:
        """A number, name, call, bracket or absolute value."""
        token = self.take()
        if token.kind == "number":
            return f"<mn>{token.text}</mn>", None
        if token.kind == "name":
            return self.named(token), None
        if token.text in CLOSING:
            inner = self.sum()
            self.take(CLOSING[token.text])
            return _row(_sign(token.text), inner, _sign(CLOSING[token.text])), inner
        if token.text == "|":
            inner = self.sum()
            self.take("|")
            return _row(_sign("|"), inner, _sign("|")), None
        raise NotAFormula(token.text)

    def named(self, token: Token) -> str:
        """A variable, or a function with its arguments."""
        word, following = token.text, self.peek()
        if following.text in CLOSING and not following.space_before:
            opening = self.take().text
            inner = [self.sum()]
            while self.peek().text == ",":
                self.take()
                inner += [_sign(","), self.sum()]
            self.take(CLOSING[opening])
            if word == "sqrt":
                return f"<msqrt>{_row(*inner)}</msqrt>"
            return _row(_name(word), _sign(opening), *inner, _sign(CLOSING[opening]))
        if word in ("ln", "log"):
            before = self.found[self.at - 2] if self.at > 1 else None
            derivative = before is not None and before.text == "d"
            inside, _ = self.factor()
            after = self.peek()
            if not derivative and (after.text == "/" or self._starts()):
                raise NotAFormula("where does the logarithm end?")
            return _row(f"<mi>{word}</mi>", '<mspace width="0.18em"/>', inside)
        if word in FUNCTIONS - {"sigma"}:
            raise NotAFormula(f"{word} without arguments")
        return _name(word)

"""What every parameter of a scenario carries, and the base classes of the schema."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Annotated, Any, NoReturn, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from sim.registry import Registry, claim_policies, social_rules, valuation_rules

STATUS = {
    "S": "from a source",
    "M": "recalled from a source, check before you print it",
    "D": "derived",
    "C": "computed",
    "A": "assumption",
    "N": "introduced to close the model (an assumption too)",
}


def parameter(
    default: Any,
    description: str,
    *,
    source: str,
    status: str,
    unit: str = "1",
    symbol: str = "",
    ge: float | None = None,
    le: float | None = None,
) -> Any:
    """Declare one parameter of a section.

    Parameters
    ----------
    default
        Value in the baseline; ``...`` where every scenario must give one.
    description
        What the number is, in one sentence.
    source
        Where it comes from: author, year, DOI or arXiv number, or ``"assumption: why"``.
    status
        One letter of :data:`STATUS`.
    unit
        Unit; ``"1"`` for pure numbers, ``"switch"`` and ``"choice"`` for booleans and names.
    symbol
        Symbol in the written model, if it has one.
    ge, le
        Smallest and largest value allowed.

    """
    if status not in STATUS:
        raise ValueError(f"status {status!r} is none of {', '.join(STATUS)}")
    facts: dict[str, Any] = {"unit": unit, "symbol": symbol, "provenance": source, "status": status}
    return Field(default, description=description, ge=ge, le=le, json_schema_extra=facts)


def table(default_factory: Callable[[], Any], description: str) -> Any:
    """Declare a table of named things (labs, sources, sets, segments) or a list of events."""
    return Field(default_factory=default_factory, description=description)


class Section(BaseModel):
    """A frozen table of parameters: unknown keys, quoted numbers, nan and infinity are refused."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, allow_inf_nan=False, validate_default=False
    )


V = TypeVar("V")


class FrozenDict(dict[str, V]):
    """A dictionary that can be read, copied and pickled, not changed."""

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        raise TypeError("a scenario is frozen; make a changed one with scenario.with_changes(...)")

    __setitem__ = __delitem__ = __ior__ = _refuse  # type: ignore[assignment]
    clear = pop = popitem = setdefault = update = _refuse  # type: ignore[assignment]

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(tuple(self.items()))

    def __reduce__(self) -> tuple[Callable[..., FrozenDict[V]], tuple[dict[str, V]]]:
        return FrozenDict, (dict(self),)

    def __copy__(self) -> FrozenDict[V]:
        return self

    def __deepcopy__(self, memo: Any) -> FrozenDict[V]:
        return self


def frozen[T](values: Mapping[str, T]) -> dict[str, T]:
    """Return ``values`` as a dictionary nobody can change."""
    return values if isinstance(values, FrozenDict) else FrozenDict(values)


_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*\Z")


def _check_name(name: str) -> str:
    if not _NAME.match(name):
        raise PydanticCustomError(
            "bad_name",
            "not a usable name",
            {"allowed": "letters, digits, '-' and '_', starting with a letter or digit", "hint": ""},
        )
    return name


def _listed(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _check_text(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise PydanticCustomError(
            "bad_text", "not text", {"allowed": "text that UTF-8 can hold", "hint": ""}
        ) from None
    return text


Text = Annotated[str, AfterValidator(_check_text)]
"""Free text."""

Name = Annotated[str, AfterValidator(_check_name)]
"""A name of a lab, source or benchmark; no dots, so that it can be a part of a key."""

Texts = Annotated[tuple[Text, ...], BeforeValidator(_listed)]
"""A list of texts."""


class _Registered:
    """Annotation: a text that must be a name in a registry, or one of some further words."""

    def __init__(self, registry: Registry, extra: Iterable[str] = (), without: Iterable[str] = ()) -> None:
        self.registry, self.extra, self.without = registry, tuple(extra), tuple(without)

    def names(self) -> tuple[str, ...]:
        known = (*self.extra, *self.registry.names())
        return tuple(name for name in known if name not in self.without)

    def check(self, name: str) -> str:
        if name in self.extra or (name in self.registry and name not in self.without):
            return name
        raise PydanticCustomError("unknown_choice", "unknown name", {"choices": list(self.names())})

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        from pydantic_core import core_schema

        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(self, core: Any, handler: Any) -> Any:
        schema = handler(core)
        schema["enum"] = list(self.names())
        return schema


LabPolicy = Annotated[str, _Registered(claim_policies, extra=("default",), without=("relay",))]
SourcePolicy = Annotated[str, _Registered(claim_policies)]
DefaultPolicy = Annotated[str, _Registered(claim_policies, without=("relay",))]
ValuationRule = Annotated[str, _Registered(valuation_rules)]
SocialRule = Annotated[str, _Registered(social_rules)]

"""How numbers, intervals, counts and lists are written in reports: the digits that count, and no more."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

MINUS, DASH, TIMES = "\N{MINUS SIGN}", "\N{EN DASH}", "\N{MULTIPLICATION SIGN}"
#: A space at which no line is broken.
JOIN = "\N{NO-BREAK SPACE}"
#: Widths of intervals below this share of the size are rounding, and count as none.
ROUNDING = 1e-9
#: Sizes from which, and below which, a number is written with a power of ten.
LARGE, SMALL = 1e7, 1e-4
_RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_LOWERED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")


def number(value: float, digits: int = 3, most: int | None = None) -> str:
    """A number with so many significant digits, whole ones complete; a dash where it is not defined.

    ``most`` limits the decimals: what is smaller becomes zero.
    """
    value = float(value)
    if math.isnan(value):
        return DASH
    if math.isinf(value):
        return f"{MINUS if value < 0 else ''}\N{INFINITY}"
    if value == 0:
        return "0"
    size = abs(value)
    if most is not None and size < LARGE:
        decimals = digits - 1 - math.floor(math.log10(size))
        return fixed(value, max(0, min(decimals, most)))
    if not SMALL <= size < LARGE:
        mantissa, _, exponent = f"{size:.{max(digits - 2, 0)}e}".partition("e")
        return _signed(value, f"{mantissa} {TIMES} 10{str(int(exponent)).translate(_RAISED)}")
    rounded = float(f"{size:.{digits - 1}e}")
    decimals = max(0, digits - 1 - math.floor(math.log10(rounded)))
    return _signed(value, f"{size:,.{decimals}f}")


def plain(value: float, digits: int = 4) -> str:
    """A number as short as it can be: ``0.5``, ``156``; for settings, and for values of factors."""
    value = float(value)
    if not math.isfinite(value) or (value != 0 and not SMALL <= abs(value) < LARGE):
        return number(value, digits)
    text = f"{abs(value):,.{digits}g}" if abs(value) < 10**digits else f"{abs(value):,.0f}"
    return _signed(value, text) if text != "0" else "0"


def estimate(value: float, low: float, high: float, most: int | None = None) -> str:
    """A number with its interval, ``0.61 [0.55, 0.67]``: as many decimals as the interval's width deserves.

    ``most`` limits them.
    """
    if math.isnan(value):
        return DASH
    if math.isnan(low) or math.isnan(high):
        return number(value, most=most)
    if max(abs(value), abs(low), abs(high)) < ROUNDING**2:
        value = low = high = 0.0
    places = decimals_for(high - low, max(abs(value), abs(low), abs(high)))
    if most is not None and (places is None or places > most) and abs(value) < LARGE:
        places = most
    if places is None:
        return f"{number(value)} [{number(low)}, {number(high)}]"
    inside = f"{fixed(low, places)}, {fixed(high, places)}"
    return f"{fixed(value, places)} [{inside}]"


def decimals_for(width: float, size: float) -> int | None:
    """Decimals for an interval of that width and size; None where powers of ten read better."""
    if not (math.isfinite(width) and math.isfinite(size)) or size >= LARGE or 0 < size < SMALL:
        return None
    if width <= ROUNDING * size:
        return max(0, 2 - math.floor(math.log10(size))) if size > 0 else 2
    half = width / 2.0
    exponent = math.floor(math.log10(half))
    # One digit of the half width counts, two if it begins with 1 or 2.
    return min(max(0, -exponent + (half / 10.0**exponent < 3.0 - ROUNDING)), 6)


def fixed(value: float, decimals: int) -> str:
    """A number with so many decimals, without a negative zero."""
    text = f"{abs(value):,.{decimals}f}"
    return _signed(value, text) if float(text.replace(",", "")) else text


def percent(share: float) -> str:
    """A share as a percentage: ``12 %``, ``0.4 %``, ``< 0.1 %``."""
    if math.isnan(share):
        return DASH
    value = 100.0 * share
    if 0 < value < 0.1:
        return f"<{JOIN}0.1{JOIN}%"
    return f"{fixed(value, 0 if abs(value) >= 9.95 or value == 0 else 1)}{JOIN}%"


def count(amount: int, noun: str, nouns: str = "") -> str:
    """A count with its noun."""
    return f"1 {noun}" if amount == 1 else f"{amount:,} {nouns or noun + 's'}"


def listed(names: Iterable[str], last: str = "and") -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    words = list(names)
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}" if words else ""


def few(names: Sequence[str], most: int) -> str:
    """As :func:`listed`, with the rest of a long list counted."""
    return (
        listed(names) if len(names) <= most + 1 else f"{', '.join(names[:most])} and {len(names) - most} more"
    )


def typewriter(text: str) -> str:
    """The same text with ASCII minus and powers, for tables that programs read."""
    return text.translate(_LOWERED).replace(MINUS, "-")


def _signed(value: float, text: str) -> str:
    return f"{MINUS}{text}" if value < 0 else text

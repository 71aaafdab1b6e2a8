"""What opens when a number is clicked: formula, the formula with this case's numbers, value.

One module a model makes `Opened` records from its traces. Each carries `expression`, the same
sum as a line of Python, so that a test can evaluate what the screen shows.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One line of an opened number: a candidate of a max, a term of a sum.

    `share` in [0, 1] is its part of the whole, where that has a meaning, else None.
    """

    label: str
    substitution: str
    expression: str
    value: float
    share: float | None = None
    chosen: bool = False


@dataclass(frozen=True)
class Opened:
    """An opened number.

    `formula` and `substitution` are LaTeX without dollar signs; `expression` is Python over the
    numbers alone (with exp, log, sqrt, erfc, max, sum, inf, pi) and evaluates to `value`.
    """

    title: str
    formula: str
    substitution: str
    expression: str
    value: float
    unit: str = ""
    rows: Sequence[Row] = ()
    note: str = ""


_NAMES = {
    "exp": math.exp,
    "log": lambda x: math.log(x) if x > 0 else -math.inf,
    "sqrt": math.sqrt,
    "erfc": math.erfc,
    "max": max,
    "sum": lambda *terms: math.fsum(terms),
    "inf": math.inf,
    "pi": math.pi,
}


def evaluate(expression: str) -> float:
    """The value of an `expression` of this package's own making, never of a visitor's text."""
    return float(eval(expression, {"__builtins__": {}}, _NAMES))


def number(value: float, digits: int = 3) -> str:
    """`value` for a formula: `digits` significant digits, LaTeX exponents, signs and infinities.

    >>> number(0.000012345)
    '1.23 \\\\times 10^{-5}'
    """
    if math.isnan(value):
        return r"\text{undefined}"
    if math.isinf(value):
        return r"-\infty" if value < 0 else r"\infty"
    if value == 0:
        return "0"
    magnitude = abs(value)
    if 1e-3 <= magnitude < 10 ** max(digits + 2, 5):
        decimals = max(digits - 1 - math.floor(math.log10(magnitude)), 0)
        return f"{value:.{decimals}f}"
    mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
    return rf"{mantissa} \times 10^{{{int(exponent)}}}"


def plain(value: float, digits: int = 3) -> str:
    """`value` as text for tables and status lines, `digits` significant digits."""
    if math.isnan(value):
        return "undefined"
    if math.isinf(value):
        return "−∞" if value < 0 else "∞"
    if value == 0:
        return "0"
    magnitude = abs(value)
    if 1e-3 <= magnitude < 10 ** max(digits + 2, 5):
        decimals = max(digits - 1 - math.floor(math.log10(magnitude)), 0)
        return f"{value:.{decimals}f}".replace("-", "−")
    return f"{value:.{digits - 1}e}".replace("-", "−")


def literal(value: float) -> str:
    """`value` as a Python literal that `evaluate` reads back exactly."""
    if math.isinf(value):
        return "-inf" if value < 0 else "inf"
    return f"({value!r})" if value < 0 else repr(float(value))

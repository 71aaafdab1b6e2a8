"""Numbers as text, and expressions that read back."""

import math

import pytest

from genmodels.kit.opened import evaluate, literal, number, plain


@pytest.mark.parametrize(
    "value, latex, text",
    [
        (0.0, "0", "0"),
        (1.0, "1.00", "1.00"),
        (-0.035678, "-0.0357", "−0.0357"),
        (1234.5, "1234", "1234"),
        (1.2345e-5, r"1.23 \times 10^{-5}", "1.23e−05"),
        (1e12, r"1.00 \times 10^{12}", "1.00e+12"),
        (-math.inf, r"-\infty", "−∞"),
        (math.inf, r"\infty", "∞"),
        (math.nan, r"\text{undefined}", "undefined"),
    ],
)
def test_numbers_have_three_significant_digits(value: float, latex: str, text: str) -> None:
    assert number(value) == latex
    assert plain(value) == text


@pytest.mark.parametrize("value", [0.1, -0.1, 1 / 3, 1e-300, -math.inf, math.inf, 5e8])
def test_literals_read_back_exactly(value: float) -> None:
    assert evaluate(literal(value)) == value


def test_evaluate_knows_the_lesson_s_functions_only() -> None:
    assert evaluate("log(0)") == -math.inf
    assert evaluate("sum(0.1, 0.2, 0.3)") == pytest.approx(0.6, abs=1e-15)
    with pytest.raises(NameError):
        evaluate("open('x')")

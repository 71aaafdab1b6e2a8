"""The worked example's page through AppTest: its sections and what a link can say."""

import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from genmodels import ink
from genmodels.datasets import mnist
from tests.pages.script import open_page
from tests.pages.script import text_of as words

run = partial(open_page, "vae/worked/page.py")
PAGE = Path(__file__).resolve().parents[3] / "pages" / "vae/worked/page.py"


@pytest.mark.parametrize(
    ("section", "says"),
    [("Forward pass", "Shown: test picture"), ("Generate", "z is drawn from the prior"),
     ("Interpolate", "Drag a and b"), ("Two scales", "of which KL is 98 %"),
     ("Parameters", "left out the 400 biases")],
)  # fmt: skip
def test_every_section(section: str, says: str) -> None:
    at = run(vwe_section=section)
    assert says in words(at)
    assert not at.warning


def test_the_lectures_link() -> None:
    at = run(vwe_held="m1:1.2_m2:-0.8_v1:-0.5_v2:-1.2", vwe_e="0.3,-0.7", vwe_open="kl")
    text = words(at)
    assert "1.343862436" in text
    assert "1.34386" in text
    assert not at.warning


def test_the_midpoint() -> None:
    at = run(vwe_section="Interpolate", vwe_alpha="0.5", vwe_open="z2")
    assert "−0.15" in words(at)


def test_the_parameters_open() -> None:
    at = run(vwe_section="Parameters", vwe_layer="encoder_hidden")
    assert "314000" in words(at).replace(",", "")


def test_a_drawn_digit_in_the_link() -> None:
    text = ink.to_text((mnist.shown().pictures[3] // 17 * 17).astype("uint8"))
    at = run(vwe_from="Draw", vwe_ink=text)
    assert "Shown: your drawing" in words(at)
    assert not at.warning


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("vwe_alpha", "1.5", "a number from 0 to 1"),
        ("vwe_alpha", "nan", "a number from 0 to 1"),
        ("vwe_e", "nan,0", "two numbers"),
        ("vwe_e", "1", "two numbers"),
        ("vwe_z", "1e999,0", "two numbers"),
        ("vwe_held", "m9:1", "held numbers"),
        ("vwe_held", "m1", "held numbers"),
        ("vwe_open", "os.system", "the name of a number"),
        ("vwe_step", "7", "a whole number from 0 to 6"),
        ("vwe_digit", "2000", "a whole number from 0 to 1999"),
        ("vwe_from", "Nowhere", "one of Test digit, Draw"),
        ("vwe_ink", "AAAA", "must be a drawn digit"),
        ("vwe_section", "Nothing", "one of Forward pass"),
    ],
)
def test_a_bad_link_is_told_and_the_page_stands(name: str, value: str, says: str) -> None:
    at = run(**{name: value})
    assert any(says in warning.value.replace("\\", "") for warning in at.warning)


def test_the_page_needs_no_torch() -> None:
    code = (
        "import sys; from streamlit.testing.v1 import AppTest; "
        f"at = AppTest.from_file({str(PAGE)!r}, default_timeout=60).run(); "
        "sys.exit(bool(at.exception) or 'torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()[-2000:]

"""A drawing becomes a digit as MNIST's did, and goes into a link and back without loss."""

import base64
import zlib

import numpy as np
import pytest

from genmodels import ink
from genmodels.datasets import mnist
from pages.vae import digit as digits
from pages.vae import digit_pad


def blown_up(index: int) -> np.ndarray:
    """A test digit as ink on the pad: black or white, four pixels to one."""
    picture = mnist.shown().pictures[index].reshape(28, 28)
    return np.kron(picture >= 110, np.ones((4, 4)))


def test_mnists_own_digits_come_back() -> None:
    """What MNIST's makers did to their scans, done again to their result, changes little."""
    x = mnist.shown().x
    far = [np.abs(ink.normalise(blown_up(i)) / 255 - x[i]).mean() for i in range(100)]
    assert np.mean(far) < 0.04
    assert max(far) < 0.1  # another digit is 0.13 away on average


def test_the_box_is_twenty_and_the_mass_in_the_middle(rng: np.random.Generator) -> None:
    for _ in range(20):
        drawn = np.zeros((112, 112))
        top, left = rng.integers(0, 60, 2)
        height, width = rng.integers(12, 50, 2)
        drawn[top : top + height, left : left + width] = rng.random((height, width)) < 0.7
        drawn[top : top + height, left] = 1  # the ink reaches all four sides
        drawn[top, left : left + width] = 1
        drawn[top : top + height, left + width - 1] = 1
        drawn[top + height - 1, left : left + width] = 1
        digit = ink.normalise(drawn).reshape(28, 28) / 255.0
        rows = np.flatnonzero(digit.sum(axis=1))
        columns = np.flatnonzero(digit.sum(axis=0))
        longer = max(rows[-1] - rows[0], columns[-1] - columns[0]) + 1
        assert longer in (20, 21)  # 20 pixels may lie across 21
        middle = np.arange(28) + 0.5
        assert abs(digit.sum(axis=1) @ middle / digit.sum() - 14.5) < 0.12
        assert abs(digit.sum(axis=0) @ middle / digit.sum() - 14.5) < 0.12
        assert digit.max() == 1.0


def test_size_and_place_of_the_drawing_do_not_matter() -> None:
    small = np.zeros((112, 112))
    small[5:45, 60:80] = np.kron(np.eye(4, 2), np.ones((10, 10)))
    large = np.zeros((112, 112))
    large[20:100, 7:47] = np.kron(np.eye(4, 2), np.ones((20, 20)))
    np.testing.assert_array_equal(ink.normalise(small), ink.normalise(large))


def test_the_mass_is_kept() -> None:
    drawn = np.zeros((112, 112))
    drawn[10:90, 50:60] = 1
    digit = ink.normalise(drawn) / 255.0
    assert digit.sum() == pytest.approx(800 * (20 / 80) ** 2, rel=0.02)


@pytest.mark.parametrize(
    ("drawn", "words"),
    [
        (np.zeros((112, 112)), "The pad is empty"),
        (np.pad(np.ones((6, 6)), ((50, 56), (50, 56))), "a dot"),
        (np.ones((112, 112)), "100 % of the pad is ink"),
        (np.pad(np.ones((90, 90)), 11), "65 % of the pad is ink"),
    ],
)
def test_what_is_no_digit_is_told_in_words(drawn: np.ndarray, words: str) -> None:
    with pytest.raises(ink.NoDigit, match=words):
        ink.normalise(drawn)


@pytest.mark.parametrize(
    "drawn", [np.ones(112), np.full((112, 112), np.nan), -np.ones((112, 112)), np.zeros((0, 0))]
)
def test_what_is_no_drawing_is_refused(drawn: np.ndarray) -> None:
    with pytest.raises(ValueError, match="ink must") as caught:
        ink.normalise(drawn)
    assert not isinstance(caught.value, ink.NoDigit)


def test_bits_are_unpacked_row_by_row() -> None:
    packed = np.packbits(np.eye(112, dtype=np.uint8)).tobytes()
    np.testing.assert_array_equal(ink.unpack_bits(packed), np.eye(112))
    with pytest.raises(ValueError, match="1568 bytes; got 3"):
        ink.unpack_bits(b"abc")


def test_a_link_holds_the_digit() -> None:
    lengths = []
    for index in range(60):
        digit = ink.normalise(blown_up(index))
        text = ink.to_text(digit)
        np.testing.assert_array_equal(ink.from_text(text), digit)
        lengths.append(len(text))
    assert np.mean(lengths) < 220


GOOD = ink.to_text(ink.normalise(blown_up(3)))


def packed(content: bytes) -> str:
    return base64.urlsafe_b64encode(zlib.compress(content)).decode().rstrip("=")


@pytest.mark.parametrize(
    "text",
    ["", "a", "é" * 8, GOOD[:-6], GOOD + "AAAA", "x" * 900, packed(bytes(391)),
     packed(bytes(393)), packed(bytes(4_000_000))[:800], "<b>", GOOD[:10] + "\n" + GOOD[10:]],
)  # fmt: skip
def test_any_other_text_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="must be a drawn digit"):
        ink.from_text(text)


def test_digits_of_both_kinds() -> None:
    test = digits.shown_digit(7)
    assert test.label == mnist.shown().labels[7]
    assert not test.drawn
    assert test.id == "test:7"
    drawn = digits.linked_digit(GOOD)
    assert drawn.drawn
    assert drawn.label is None
    assert drawn.id == f"drawn:{GOOD}"
    assert drawn.x.shape == (784,)
    assert drawn.x.max() == 1.0
    for index in (-1, 2000):
        with pytest.raises(ValueError, match=f"from 0 to 1999; got {index}"):
            digits.shown_digit(index)


def told(**fields: object) -> dict[str, object]:
    raw = base64.b64encode(ink.from_text(GOOD).tobytes()).decode()
    return {"digit": {"start_id": "a", "token": 2, "pixels": raw, "problem": "", **fields}}


def test_what_the_browser_says_is_checked() -> None:
    drawn = digit_pad.said(told(), "a")
    assert drawn.pixels is not None
    np.testing.assert_array_equal(drawn.pixels, ink.from_text(GOOD))
    assert digit_pad.said(told(pixels=None, problem="empty"), "a").problem == "empty"
    nothing = digit_pad.Drawn()
    assert digit_pad.said(told(), "b") == nothing
    for wrong in (
        told(token=0),
        told(token="1"),
        told(pixels="%%%"),
        told(pixels="AAAA"),
        {},
        None,
    ):
        assert digit_pad.said(wrong, "a").pixels is None
    levels = base64.b64encode(bytes([1]) * 784).decode()
    assert digit_pad.said(told(pixels=levels), "a") == nothing


def test_the_payload_is_small_and_plain() -> None:
    import json

    made = digit_pad.payload(ink.from_text(GOOD), "a", map=True)
    assert len(json.dumps(made, allow_nan=False)) < 30_000
    with pytest.raises(ValueError, match="model must be one of"):
        digit_pad.payload(None, "a", model="nothing")
    with pytest.raises(ValueError, match="map must be off"):
        digit_pad.payload(None, "a", model="beta-4", map=True)

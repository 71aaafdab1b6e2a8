"""Malformed, huge, empty, NaN and binary input, wherever input comes in.

On a socket each gets an error frame in words, and the socket lives on. In a link each gets a
message on its page, no exception, and the rest of the link still holds.
"""

import json
import math
import struct
from typing import Any

import pytest
from starlette.applications import Starlette
from streamlit.testing.v1 import AppTest

from genmodels.live.protocol import BAD, GOOD, request
from pages import live
from tests.conftest import ROOT
from tests.live.harness import InProcess, finish

APP = Starlette(routes=live.routes())
NAN, INF = math.nan, math.inf


def floats(*values: float) -> bytes:
    return struct.pack(f"<{len(values)}f", *values)


def encoding(given: int = 0, first: float = 0.0, second: float = 0.0, pixels: int = 784) -> bytes:
    return struct.pack("<I2f", given, first, second) + b"\x80" * pixels


def asking(**fields: Any) -> bytes:
    return json.dumps({"text": "free money", **fields}).encode()


DECODE = "/live/decode/mnist-2d"
ENCODE = "/live/encode/mnist-2d"
MULTINOMIAL = "/live/classify/spam-multinomial"
BERNOULLI = "/live/classify/spam-bernoulli"
SOUND = {
    DECODE: floats(0.5, -1.0),
    ENCODE: encoding(),
    MULTINOMIAL: asking(),
    BERNOULLI: asking(),
}
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(200))

PAYLOADS: dict[str, dict[str, bytes]] = {
    DECODE: {
        "empty": b"",
        "one byte": b"\x00",
        "one float": floats(1),
        "three floats": floats(1, 2, 3),
        "doubles": struct.pack("<2d", 1, 2),
        "NaN": floats(0, NAN),
        "infinity": floats(INF, 0),
        "minus infinity": floats(0, -INF),
        "far away": floats(1e30, 0),
        "just too far": floats(1000.5, 0),
        "text": b"half past",
        "a picture": PNG,
        "as long as allowed": b"\x00" * 2044,
    },
    ENCODE: {
        "empty": b"",
        "a point only": floats(0, 0),
        "a pixel too few": encoding(pixels=783),
        "a pixel too many": encoding(pixels=785),
        "unknown kind": encoding(given=2),
        "huge kind": encoding(given=2**32 - 1),
        "NaN": encoding(first=NAN),
        "infinity": encoding(given=1, second=INF),
        "far away": encoding(given=1, first=-1e20),
        "JSON": asking(),
    },
    MULTINOMIAL: {
        "empty": b"",
        "not UTF-8": b"\xff\xfe\x00free",
        "half a character": "money €".encode()[:-1],
        "a picture": PNG,
        "no JSON": b"free money",
        "cut JSON": b'{"text": "free',
        "a number": b"17",
        "a list": b'["free"]',
        "null": b"null",
        "deep": b"[" * 2000,
        "no text": b"{}",
        "text is a number": asking(text=5),
        "text is null": asking(text=None),
        "text is too long": asking(text="free " * 2000),
        "unknown field": asking(colour="red"),
        "alpha is NaN": b'{"text": "a", "alpha": NaN}',
        "alpha is infinite": b'{"text": "a", "alpha": Infinity}',
        "alpha is negative": asking(alpha=-1),
        "alpha is huge": asking(alpha=1e308),
        "alpha is text": asking(alpha="1"),
        "alpha is true": asking(alpha=True),
        "alpha has 5,000 digits": b'{"text": "a", "alpha": ' + b"9" * 5000 + b"}",
        "prior is 0": asking(prior=0),
        "prior is 1": asking(prior=1),
        "prior is a list": asking(prior=[0.5]),
        "training is unknown": asking(training=3),
        "training is a list": asking(training=[10]),
        "training is an object": asking(training={"n": 10}),
        "times is a word": asking(times="twice"),
        "times has no pairs": asking(times=[1, 2]),
        "times is negative": asking(times=[[0, -1]]),
        "times is huge": asking(times=[[0, 10**9]]),
        "times is a fraction": asking(times=[[0, 1.5]]),
        "start is text": asking(times=[["0", 1]]),
        "id is text": asking(id="x"),
        "id is huge": asking(id=2**60),
    },
    BERNOULLI: {
        "empty": b"",
        "nul bytes": b"\x00" * 64,
        "alpha is NaN": b'{"text": "a", "alpha": NaN}',
        "text is a list": asking(text=["free"]),
    },
}


@pytest.mark.parametrize(
    "path, name", [(path, name) for path, payloads in PAYLOADS.items() for name in payloads]
)
def test_a_bad_request_gets_words_and_the_socket_lives_on(path: str, name: str) -> None:
    async def talk() -> None:
        async with InProcess(APP, path) as socket:
            before = await socket.ask(1, SOUND[path])
            assert before[:2] == (1, GOOD)
            sequence, status, body = await socket.ask(2, PAYLOADS[path][name])
            assert (sequence, status) == (2, BAD), body
            message = body.decode("utf-8")
            assert 10 < len(message) < 300
            for inside in ("Traceback", "File ", ".py", "Error:"):
                assert inside not in message
            after = await socket.ask(1, SOUND[path])
            assert after == before

    finish(talk())


STRANGE_TEXTS = {
    "empty": "",
    "spaces": " \t\n" * 200,
    "nul": "free\x00money",
    "half a pair": "free \ud83d money",
    "emoji": "🎰" * 500,
    "right to left": "מבצע \u202e free",
    "script": "<script>alert(1)</script>" * 20,
    "one long word": "a" * 3999,
    "combining": "e" + "\u0301" * 1000,
    "formula": "$\\frac{1}{0}$ =HYPERLINK()",
}


@pytest.mark.parametrize("path", [MULTINOMIAL, BERNOULLI])
@pytest.mark.parametrize("name", STRANGE_TEXTS)
def test_a_strange_message_is_classified(path: str, name: str) -> None:
    """Odd, yet text: it gets an answer, finite throughout."""

    async def talk() -> None:
        async with InProcess(APP, path) as socket:
            sequence, status, body = await socket.ask(1, asking(text=STRANGE_TEXTS[name]))
            assert (sequence, status) == (1, GOOD), body
            json.loads(body, parse_constant=lambda name: pytest.fail(f"the reply holds {name}"))

    finish(talk())


@pytest.mark.parametrize("path", list(SOUND))
@pytest.mark.parametrize("frame", [b"", b"\x01", b"abc", "a text frame", "", "{}"])
def test_a_bad_frame_gets_words_and_the_socket_lives_on(path: str, frame: bytes | str) -> None:
    async def talk() -> None:
        async with InProcess(APP, path) as socket:
            socket.send(frame)
            sequence, status, body = await socket.reply()
            assert (sequence, status) == (0, BAD)
            assert b"frame" in body
            assert (await socket.ask(3, SOUND[path]))[:2] == (3, GOOD)

    finish(talk())


def test_bad_frames_in_a_row() -> None:
    async def talk() -> None:
        async with InProcess(APP, DECODE) as socket:
            for sequence in range(60):
                socket.send(request(sequence, floats(NAN, sequence)))
            for sequence in range(60):
                assert (await socket.reply())[:2] == (sequence, BAD)
            assert (await socket.ask(60, SOUND[DECODE]))[:2] == (60, GOOD)

    finish(talk())


# -- links -------------------------------------------------------------------------------------

SCRIPT = "<script>alert(1)</script>"
LONG = "x" * 10_000
DIGITS = "9" * 5_000
BINARY = "\x00\x01ÿ\ufffd"

# page -> (values of the same link that are sound and must hold, the bad ones)
Sound = dict[str, tuple[str, Any]]
LINKS: dict[str, tuple[Sound, list[tuple[str, str]]]] = {
    "gmm/em/page.py": (
        {"gmm_cov": ("tied", "tied")},
        [
            ("gmm_k", "99"),
            ("gmm_k", "NaN"),
            ("gmm_k", "-1"),
            ("gmm_k", "2.5"),
            ("gmm_k", DIGITS),
            ("gmm_k", ""),
            ("gmm_data", SCRIPT),
            ("gmm_data", "../../secret"),
            ("gmm_init", LONG),
            ("gmm_seed", "1e999"),
            ("gmm_seed", BINARY),
            ("gmm_step", "last"),
            ("gmm_step", "-3"),
            ("gmm_means", "[[NaN, 1], [2, 3]]"),
            ("gmm_means", "[[1e999, 1], [2, 3]]"),
            ("gmm_means", "[" * 3000),
            ("gmm_means", '{"a": 1}'),
            ("gmm_means", "[1, 2]"),
            ("gmm_means", SCRIPT),
            ("gmm_open", "point:-1"),
            ("gmm_open", "point:" + DIGITS),
            ("gmm_open", LONG),
        ],
    ),
    "hmm/trellis/page.py": (
        {"hmm_mode": ("forward", "forward")},
        [
            ("hmm_preset", SCRIPT),
            ("hmm_preset", LONG),
            ("hmm_step", "NaN"),
            ("hmm_step", "-1"),
            ("hmm_step", DIGITS),
            ("hmm_open", "first"),
            ("hmm_open", "1." + DIGITS),
            ("hmm_open", BINARY),
            ("hmm_pi", "0.5"),
            ("hmm_pi", "NaN,0.5"),
            ("hmm_pi", "half,half"),
            ("hmm_pi", SCRIPT),
            ("hmm_a", "1,2,3"),
            ("hmm_a", "inf,0;0,1"),
            ("hmm_a", ";" * 5000),
            ("hmm_b", LONG),
            ("hmm_b", BINARY),
        ],
    ),
    "nb/spam/page.py": (
        {"nb_prior": ("0.5", 0.5)},
        [
            ("nb_model", "Gaussian"),
            ("nb_model", LONG),
            ("nb_alpha", "NaN"),
            ("nb_alpha", "-1"),
            ("nb_training", "1e9"),
            ("nb_training", DIGITS),
            ("nb_message", SCRIPT),
            ("nb_text", "free " * 4000),
            ("nb_times", "12"),
            ("nb_times", "0x" + DIGITS),
            ("nb_times", "0x-1"),
            ("nb_times", BINARY),
            ("nb_open", SCRIPT),
            ("nb_open", "-4"),
        ],
    ),
    "vae/latent/page.py": (
        {"vae_z": ("0.5,-0.25", "0.5,-0.25"), "vae_digit": ("5", "5")},
        [
            ("vae_digit", "-1"),
            ("vae_digit", "2000"),
            ("vae_digit", DIGITS),
            ("vae_digit", "٣"),
            ("vae_digit", SCRIPT),
            ("vae_z", "NaN,0"),
            ("vae_z", "inf,0"),
            ("vae_z", "1"),
            ("vae_z", "1,2,3"),
            ("vae_z", LONG),
            ("vae_open", "pixel:9999"),
            ("vae_open", BINARY),
        ],
    ),
}
# Cells that are numbers, yet no probabilities: told at their table, where they can be mended.
CELLS = {
    "hmm_pi": ["0.5,0.4", "-0.5,1.5", "0,0", ",1", "1e308,1e308", "1e-400,0"],
    "hmm_a": ["0.5,0.4;0.5,0.5", "1,0;-1,2", "0,0;0,0", "1,;0,1"],
}
SEQUENCES = ["", "7", "1 2 x", "1 -2", "NaN", "1 " * 5000, SCRIPT, BINARY, "١ ٢", "1,,2;3"]
STRANGE_LINKED_TEXTS = ["", " ", BINARY, SCRIPT, "$\\frac{1}{0}$", "🎰 \u202e free", "a" * 3000]


def page(name: str, **link: str) -> AppTest:
    """The page as that link opens it; fails on any exception."""
    at = AppTest.from_file(str(ROOT / "pages" / name), default_timeout=60)
    for key, value in link.items():
        at.query_params[key] = value
    at.run()
    assert not at.exception, at.exception
    return at


def warnings_of(at: AppTest) -> str:
    return " ".join(warning.value.replace("\\", "") for warning in at.warning)


def held(at: AppTest, name: str) -> Any:
    """What the page made of a link's value: its widget's, or what it wrote back into the link."""
    if name in at.session_state:
        return at.session_state[name]
    found = at.query_params[name]
    return found[0] if isinstance(found, list) else found


@pytest.mark.parametrize(
    "name, key, value",
    [(name, key, value) for name, (_, bad) in LINKS.items() for key, value in bad],
    ids=lambda text: text[:24].encode("unicode_escape").decode(),
)
def test_a_bad_link_gets_a_message_and_keeps_the_rest(name: str, key: str, value: str) -> None:
    sound, (text, kept) = next(item for item in LINKS[name][0].items() if item[0] != key)
    at = page(name, **{key: value, sound: text})
    told = warnings_of(at)
    assert key in told or (key == "nb_text" and "text has" in told), told
    assert len(told) < 400, "the value itself is cut short"
    assert held(at, sound) == kept


@pytest.mark.parametrize("name", LINKS)
def test_a_sound_link_gets_no_message(name: str) -> None:
    at = page(name, **{sound: text for sound, (text, _) in LINKS[name][0].items()})
    assert not at.warning
    assert {sound: held(at, sound) for sound in LINKS[name][0]} == {
        sound: kept for sound, (_, kept) in LINKS[name][0].items()
    }


@pytest.mark.parametrize("name", LINKS)
@pytest.mark.parametrize("key", ["utm_source", "gmm", "__proto__", SCRIPT])
def test_unknown_names_in_a_link_do_nothing(name: str, key: str) -> None:
    assert not page(name, **{key: LONG}).warning


@pytest.mark.parametrize("text", STRANGE_LINKED_TEXTS)
def test_a_strange_text_in_a_link_is_read(text: str) -> None:
    at = page("nb/spam/page.py", nb_text=text)
    assert not at.warning


@pytest.mark.parametrize(
    "key, cells", [(key, cells) for key, tables in CELLS.items() for cells in tables]
)
def test_cells_that_are_no_probabilities_get_a_message(key: str, cells: str) -> None:
    """The stage keeps the last valid model meanwhile, and the observations stay."""
    at = page("hmm/trellis/page.py", hmm_obs="1 6 ? 6", **{key: cells})
    assert at.warning
    assert any("last valid model" in info.value for info in at.info)
    assert held(at, "hmm_obs") == "1 6 ? 6"


@pytest.mark.parametrize("text", SEQUENCES, ids=lambda text: ascii(text[:12]))
def test_a_sequence_that_is_none_gets_a_message(text: str) -> None:
    at = page("hmm/trellis/page.py")
    at.text_area(key="hmm_obs").set_value(text).run()
    assert not at.exception
    assert at.warning
    assert len(warnings_of(at)) < 400
    assert any("last valid model" in info.value for info in at.info)
    assert at.text_area(key="hmm_obs").value == text, "what was typed stays"

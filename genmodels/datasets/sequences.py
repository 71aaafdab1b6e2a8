"""Small hidden Markov models from the literature, each with a sequence to read."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from genmodels.datasets.source import Source

Rows = tuple[tuple[float, ...], ...]


@dataclass(frozen=True)
class Preset:
    """A model's tables with names: states by row, symbols by column of `emission`.

    `observations` is what the page opens with, as text: symbols with spaces between them.
    """

    name: str
    title: str
    states: tuple[str, ...]
    symbols: tuple[str, ...]
    initial: tuple[float, ...]
    transition: Rows
    emission: Rows
    observations: str
    source: Source


_SIXTH = 1 / 6

CASINO = Preset(
    "casino",
    "Dishonest casino",
    ("Fair", "Loaded"),
    ("1", "2", "3", "4", "5", "6"),
    (0.5, 0.5),
    ((0.95, 0.05), (0.10, 0.90)),
    ((_SIXTH,) * 6, (0.1, 0.1, 0.1, 0.1, 0.1, 0.5)),
    "2 4 1 3 5 1 6 6 6 2 6 6",
    Source(
        "The occasionally dishonest casino",
        "Durbin, Eddy, Krogh and Mitchison, Biological Sequence Analysis (1998), section 3.2",
        "numbers from the book; rolls made for this page",
        "2 dice, 12 rolls",
    ),
)

ICE_CREAM = Preset(
    "ice_cream",
    "Ice cream and weather",
    ("Cold", "Hot"),
    ("1", "2", "3"),
    (0.5, 0.5),
    ((8 / 9, 1 / 9), (1 / 9, 8 / 9)),
    ((0.7, 0.2, 0.1), (0.1, 0.2, 0.7)),
    "2 3 3 2 3 2 3 2 2 3 1 3 3 1",
    Source(
        "Ice creams eaten a day, and the weather",
        "Eisner, An interactive spreadsheet for teaching the forward-backward algorithm (2002)",
        "numbers from the paper",
        "2 kinds of day, the diary's first 14 days",
        "The paper's chain can also stop (0.1 a day); here that mass is shared out.",
    ),
)

FEVER = Preset(
    "fever",
    "Healthy or fever",
    ("Healthy", "Fever"),
    ("normal", "cold", "dizzy"),
    (0.6, 0.4),
    ((0.7, 0.3), (0.4, 0.6)),
    ((0.5, 0.4, 0.1), (0.1, 0.3, 0.6)),
    "normal cold dizzy",
    Source(
        "Healthy or fever",
        "The worked example of Wikipedia's article on the Viterbi algorithm",
        "CC BY-SA 4.0",
        "2 states, 3 days",
    ),
)


LATE = replace(
    CASINO,
    name="late",
    title="Casino, a late change",
    # Drawn from this model with seed 3: its dice were loaded from roll 16 on.
    observations="1 6 2 2 6 4 3 5 1 5 3 1 4 6 2 6 3 6 6 3",
    source=replace(
        CASINO.source,
        licence="numbers from the book; rolls drawn from them for this page",
        size="2 dice, 20 rolls",
    ),
)

FERRY = Preset(
    "ferry",
    "Road or ferry",
    ("Ferry", "North road", "South road", "Island", "Town"),
    ("moving", "still"),
    (0.4, 0.3, 0.3, 0.0, 0.0),
    (
        (0.5, 0.0, 0.0, 0.5, 0.0),
        (0.0, 0.5, 0.0, 0.0, 0.5),
        (0.0, 0.0, 0.5, 0.0, 0.5),
        (0.0, 0.0, 0.0, 1.0, 0.0),
        (0.0, 0.0, 0.0, 0.0, 1.0),
    ),
    ((0.9, 0.1), (0.9, 0.1), (0.9, 0.1), (0.1, 0.9), (0.1, 0.9)),
    "moving moving still still",
    Source(
        "A traveller by ferry or by one of two roads (toy)",
        "This project's own: likeliest alone is the ferry, but two roads lead to the town",
        "MIT",
        "5 places, 4 looks",
    ),
)


def _robot() -> Preset:
    K = 10
    ring = (
        np.eye(K) * 0.3 + np.roll(np.eye(K), 1, axis=1) * 0.6 + np.roll(np.eye(K), -1, axis=1) * 0.1
    )
    seen = {"door": (0.8, 0.1, 0.1), "window": (0.1, 0.8, 0.1), "wall": (0.05, 0.05, 0.9)}
    rooms = ["door", "wall", "wall", "window", "door", "wall", "window", "wall", "wall", "wall"]
    walk = (
        "door wall wall wall window door wall wall window wall wall wall wall door door wall wall "
        "window door door wall window wall wall ? wall door wall wall window window door wall "
        "window wall wall wall wall door wall wall window door wall ? window wall wall wall wall"
    )
    return Preset(
        "robot",
        "Robot in ten rooms",
        tuple(str(k + 1) for k in range(K)),
        tuple(seen),
        (0.1,) * K,
        tuple(tuple(round(float(p), 3) for p in row) for row in ring),
        tuple(seen[room] for room in rooms),
        walk,
        Source(
            "A robot on a ring of ten rooms (toy)",
            "This project's own, after Thrun, Burgard and Fox, Probabilistic Robotics (2005)",
            "MIT",
            "10 rooms, 50 looks",
        ),
    )


PRESETS = {preset.name: preset for preset in (CASINO, LATE, ICE_CREAM, FEVER, FERRY, _robot())}


def symbol_indices(text: str, symbols: Sequence[str], missing: int, limit: int) -> tuple[int, ...]:
    """Observations from text: symbols with spaces or commas between, `?` a missing one.

    Symbols of one letter may stand together ("3151?6"). Raises ValueError with the place and what
    is allowed.
    """
    allowed = ", ".join(symbols)
    pieces = text.replace(",", " ").split()
    if all(len(symbol) == 1 for symbol in symbols):
        pieces = [letter for piece in pieces for letter in piece]
    if not pieces:
        raise ValueError(f"The sequence must have at least one symbol; allowed: {allowed}, or ?.")
    if len(pieces) > limit:
        raise ValueError(f"The sequence must have at most {limit} symbols; it has {len(pieces)}.")
    index = {symbol: m for m, symbol in enumerate(symbols)} | {"?": missing}
    for t, piece in enumerate(pieces, start=1):
        if piece not in index:
            shown = piece if len(piece) <= 20 else piece[:20] + "…"
            raise ValueError(f"Symbol {t} must be one of {allowed}, or ?; it is “{shown}”.")
    return tuple(index[piece] for piece in pieces)

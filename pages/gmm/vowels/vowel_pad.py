"""The vowel pad: the plane of two formants, each vowel's Gaussian, and its sound.

Python computes: the Gaussians, who owns which part of the plane, and on a grid the posterior and
the third formant, as bytes, so that bars and sound follow a drag with no request; where the drag
ends, the page computes the exact posterior for the inspector. JavaScript draws, and filters a
source into sound: a resonator is no part of the model.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from genmodels.gmm import GaussianMixture
from genmodels.kit.payload import array, encode
from genmodels.kit.widget import register
from pages.gmm.em_player import data_box, ellipses
from pages.gmm.regions import grid, regions

_mount = register("gmm/vowel-pad")

Array = NDArray[np.float64]
Labels = NDArray[np.int64]

ROWS, COLUMNS = 72, 96
"""The grid's places down and across, for posterior and third formant."""
HERTZ = (200, 300, 400, 500, 600, 800, 1000, 1300, 1700, 2200, 3000, 4000)
BANDWIDTHS = (50, 70, 110, 250, 200)
"""Hertz, of the five resonators: the defaults of Klatt 1980, J. Acoust. Soc. Am. 67."""
LOWEST, HIGHEST = 90.0, 5000.0
"""Hertz that a formant of the pad may have."""


@dataclass(frozen=True)
class Voice:
    """Whose throat the pad speaks with.

    F0 in Hz; F3 (C,) of each vowel in Hz; mean, deviation (2,) of F1 and F2 over the vowels in Hz:
    they turn Lobanov's z into hertz. upper: the fourth and fifth formant, in Hz, which nobody
    measured here: 3500 and 4500 for a man, in proportion to F3 for others.
    """

    name: str
    F0: float
    F3: Array
    mean: Array
    deviation: Array
    upper: tuple[float, float]


@dataclass(frozen=True)
class Scale:
    """From the plane's coordinates u (2,) to hertz: exp u, or mean + deviation * u."""

    kind: Literal["log", "linear"]
    mean: tuple[float, float] = (0.0, 0.0)
    deviation: tuple[float, float] = (1.0, 1.0)

    def hertz(self, u: Array) -> Array:
        if self.kind == "log":
            return np.asarray(np.exp(u))
        return np.asarray(self.mean) + np.asarray(self.deviation) * u

    def plane(self, hertz: Array) -> Array:
        if self.kind == "log":
            return np.asarray(np.log(hertz))
        return (hertz - np.asarray(self.mean)) / np.asarray(self.deviation)


@dataclass(frozen=True)
class View:
    """What the pad shows: F1 and F2 in Hz under its cursor, and the recorded vowel on it or None.

    vowel counts the rows of the data set.
    """

    hertz: tuple[float, float]
    vowel: int | None


def payload(
    model: GaussianMixture,
    X: Array,
    *,
    pad_id: str,
    rows: Labels,
    labels: Labels,
    formants: Array,
    said_by: list[str],
    bright: Labels,
    words: tuple[str, ...],
    symbols: tuple[str, ...],
    scale: Scale,
    voice: Voice,
) -> dict[str, Any]:
    """Everything that the pad draws and sounds.

    model: one component a vowel, over u = (F1's, F2's coordinate). X (n, 2), labels (n,), formants
    (n, 4) in Hz, said_by: of the recorded vowels, whose rows in the data set are `rows`. bright:
    places in X of those that stand out (the others fade), empty for all.
    """
    x_low, x_high, y_low, y_high = data_box(X[:, ::-1])
    # As phoneticians draw it: F1 grows downwards and F2 to the left, as the tongue moves.
    places = -grid((-x_high, -x_low, -y_high, -y_low), ROWS, COLUMNS)[:, ::-1]
    posterior = model.responsibilities(places)
    owners = regions(model.log_joint(places).reshape(ROWS, COLUMNS, -1))
    across_and_down = GaussianMixture(
        model.weights, model.means[:, ::-1], model.covariances[:, ::-1, ::-1]
    )
    return {
        "pad_id": pad_id,
        "box": [x_high, x_low, y_low, y_high],
        "ticks": {"f1": _ticks(y_low, y_high, scale), "f2": _ticks(x_low, x_high, scale)},
        "labels": [_axis("F1", scale), _axis("F2", scale)],
        "words": list(words),
        "symbols": list(symbols),
        "points": array(X),
        "classes": array(labels, "u1"),
        "rows": array(rows, "i4"),
        "formants": array(formants),
        "said_by": said_by,
        "bright": array(bright, "i4"),
        "ellipses": ellipses([across_and_down]),
        "borders": array(owners.borders),
        # bytes: a 255th is less than a pixel of a bar
        "posterior": array(np.round(255 * posterior).reshape(ROWS, COLUMNS, -1), "u1"),
        # E[F3 | u] under the Gaussians: each vowel's, weighed by its posterior
        "f3": array((posterior @ voice.F3).reshape(ROWS, COLUMNS)),
        "scale": {
            "kind": scale.kind,
            "mean": list(scale.mean),
            "deviation": list(scale.deviation),
            "lowest": LOWEST,
            "highest": HIGHEST,
        },
        "voice": {
            "name": voice.name,
            "f0": voice.F0,
            "upper": list(voice.upper),
            "bandwidths": list(BANDWIDTHS),
        },
    }


def _axis(name: str, scale: Scale) -> str:
    return f"{name} (Hz)" if scale.kind == "log" else f"{name}, Lobanov’s z"


def _ticks(low: float, high: float, scale: Scale) -> list[list[Any]]:
    """Places and texts: round hertz, or whole z."""
    if scale.kind == "log":
        return [[math.log(f), str(f)] for f in HERTZ if low < math.log(f) < high]
    return [[z, str(z).replace("-", "−")] for z in range(math.ceil(low), math.floor(high) + 1)]


def vowel_pad(prepared: dict[str, Any], *, rows: Labels, goto: dict[str, Any], key: str) -> View:
    """Mount the pad; `goto` {token, hertz, vowel} moves it whenever its token is new."""
    result = _mount(key=key, data=encode({**prepared, "goto": goto}), on_view_change=lambda: None)
    return view_of(getattr(result, "view", None), rows, goto)


def view_of(said: Any, rows: Labels, goto: Mapping[str, Any]) -> View:
    """What the browser said, checked: it may be older than `goto`, or of nobody's making."""
    view: Mapping[str, Any] = said if isinstance(said, Mapping) else {}
    if view.get("token") != goto["token"]:
        view = goto
    hertz = view.get("hertz")
    good = isinstance(hertz, (list, tuple)) and len(hertz) == 2 and all(map(_formant, hertz))
    f1, f2 = hertz if good and hertz is not None else goto["hertz"]
    vowel = view.get("vowel")
    there = isinstance(vowel, int) and not isinstance(vowel, bool)
    known = there and bool((rows == vowel).any())
    return View((float(f1), float(f2)), vowel if known else None)


def _formant(value: Any) -> bool:
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return number and LOWEST <= value <= HIGHEST

"""The learning curve as a board: every alpha computed here, so that its slider moves at once."""

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genmodels.kit.opened import Opened
from pages.nb.stop_panels import Axis, Board, Layer, Panel, Read, payload
from pages.nb.teach import logistic as nb_logistic
from pages.nb.teach import opened as arithmetic
from pages.nb.teach.learning_curve import SIZES, Crossing, Curve, crossings, naive_bayes

Array = NDArray[np.float64]
ALPHAS = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 0.5, 1.0, 2.0, 5.0, 10.0)
FIRST = ALPHAS.index(1.0)
DRAWS = (1, 2, 5, 10, 20)
NAIVE, PEER = 6, 2
LOW, HIGH = 0.6, 1.0
COMPARED = (10, 100, 4000)


def curves(kind: str, stop: int, draws: int) -> tuple[Curve, Curve]:
    """(Naive Bayes, logistic regression) at a stop of alpha."""
    return naive_bayes(kind, ALPHAS[stop], None, draws), nb_logistic.curve(draws)


def found(kind: str, stop: int, draws: int) -> tuple[Crossing, ...]:
    """Where the two means change places."""
    return crossings(*curves(kind, stop, draws))


@lru_cache(maxsize=10)
def board(kind: str, draws: int) -> dict[str, Any]:
    """The board of a model and a number of draws; raises ValueError on other ones."""
    naive = [curves(kind, i, draws)[0] for i in range(len(ALPHAS))]
    peer = nb_logistic.curve(draws)
    met = [crossings(curve, peer) for curve in naive]
    slots = max(1, max(map(len, met)))
    made = Board(
        name=f"curve {kind} {draws}",
        slider="Smoothing α",
        stops=[f"{a:g}" for a in ALPHAS],
        panels=[_curve(naive, peer, met, slots), _against(naive, peer)],
        reads=[
            Read(f"size-{_letter(i)}", f"{n:,} messages", [f"{c.mean[i]:.4f}" for c in naive])
            for i, n in enumerate(SIZES)
            if n in COMPARED
        ],
        status=[_status(curve, peer, m) for curve, m in zip(naive, met, strict=True)],
    )
    return payload(made)


def _letter(i: int) -> str:
    return "abcdefghi"[i]


def opened(kind: str, stop: int, draws: int, what: str | None) -> Opened | None:
    """What "<layer>:<i>" opens; None where it names nothing."""
    layer, _, index = (what or "").partition(":")
    i = int(index) if index.isdecimal() else -1
    naive, peer = curves(kind, stop, draws)
    if layer.startswith("read-size-"):
        layer, i = "naive", "abcdefghi".find(layer[-1])
    if layer in ("naive", "peer") and 0 <= i < len(SIZES):
        return arithmetic.mean_accuracy(naive if layer == "naive" else peer, i)
    met = found(kind, stop, draws)
    if layer == "crossing" and 0 <= i < len(met):
        return arithmetic.crossing(naive, peer, met[i])
    return None


def _status(curve: Curve, peer: Curve, met: tuple[Crossing, ...]) -> str:
    ahead = curve.mean[0] > peer.mean[0]
    first = "Naive Bayes" if ahead else "logistic regression"
    best, other = sorted((curve.mean[0], peer.mean[0]), reverse=True)
    said = f"From 10 messages {first} leads, {best:.3f} against {other:.3f}. "
    if not met:
        return said + "The means don’t cross."
    told = [
        f"{'logistic regression' if one.leader == peer.name else 'Naive Bayes'} from about "
        f"{one.at:,.0f}"
        for one in met
    ]
    return said + "Then " + ", ".join(told) + "."


def _curve(naive: list[Curve], peer: Curve, met: list[tuple[Crossing, ...]], slots: int) -> Panel:
    x = np.log10(SIZES)

    def band(c: Curve) -> Array:
        return np.stack(
            [x, np.maximum(c.mean - c.spread, LOW), np.minimum(c.mean + c.spread, 1)], 1
        )

    def bands(curves: list[Curve]) -> Array:
        return np.stack([band(c) for c in curves])

    def means(curves: list[Curve]) -> Array:
        return np.stack([np.stack([x, c.mean], 1) for c in curves])

    def dots(curves: list[Curve]) -> Array:
        return np.stack([np.stack([x, c.mean, np.full(len(x), 4.0)], 1) for c in curves])

    crossed = np.full((len(naive), slots, 3), np.nan)
    for i, (curve, ones) in enumerate(zip(naive, met, strict=True)):
        for j, one in enumerate(ones):
            at = np.log10(one.at)
            crossed[i, j] = at, np.interp(at, x, curve.mean), 6.0
    return Panel(
        "learning",
        "Held-out accuracy",
        "Accuracy against the number of training messages, Naive Bayes and logistic regression on "
        "the same messages. Arrows go through the points.",
        Axis(float(x[0]) - 0.05, float(x[-1]) + 0.05, "training messages",
             [(float(np.log10(n)), f"{n:,}") for n in SIZES]),
        Axis(LOW, HIGH, "", [(v, f"{v:g}") for v in (0.6, 0.7, 0.8, 0.9, 1.0)]),
        [
            Layer("area", bands([peer]), colour=PEER),
            Layer("area", bands(naive), colour=NAIVE),
            Layer("line", means([peer]), "logistic regression", PEER, "dash", 2.5),
            Layer("line", means(naive), "Naive Bayes", NAIVE, width=2.5),
            Layer("dots", dots([peer]), colour=PEER, open="peer"),
            Layer("dots", dots(naive), colour=NAIVE, open="naive"),
            Layer("dots", crossed, "crossing", "text", open="crossing"),
        ],
        height=330,
        wide=True,
    )  # fmt: skip


def _against(naive: list[Curve], peer: Curve) -> Panel:
    along = np.log10(ALPHAS)
    layers = []
    for n, dash, colour in zip(COMPARED, ("dot", "dash", "solid"), (5, 1, NAIVE), strict=True):
        i = SIZES.index(n)
        line = np.stack([along, [c.mean[i] for c in naive]], 1)[None]
        layers.append(Layer("line", line, f"{n:,}", colour, dash, 2.2))  # type: ignore[arg-type]
    low = min(float(np.min(layer.values[..., 1])) for layer in layers)  # type: ignore[index, call-overload]
    floor = np.floor(low * 10) / 10
    return Panel(
        "alpha",
        "Naive Bayes against α",
        "The accuracy of Naive Bayes from 10, 100 and 4,000 messages against alpha.",
        Axis(float(along[0]), float(along[-1]), "α",
             [(float(np.log10(a)), f"{a:g}") for a in (0.001, 0.01, 0.1, 1, 10)]),
        Axis(float(floor), 1.0, "", [(v, f"{v:g}") for v in (float(floor), 1.0)]),
        layers,
        height=140,
        wide=True,
        marker=[float(a) for a in along],
    )  # fmt: skip

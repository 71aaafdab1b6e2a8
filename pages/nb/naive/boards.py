"""What "naive" costs, as boards: every stop of the slider computed here, so that it moves at once.

"Correlated": two features, rho from 0 to 1. "Copied": one feature, written down m times. Both are
exact (`nb_cost.Correlated`). "Spam": words of real mail written down m times, measured.
"""

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genmodels.calibration import Reliability, sigmoid
from genmodels.kit.opened import plain
from pages.nb.naive import cost as nb_cost
from pages.nb.naive.cost import Correlated, Measured, measured
from pages.nb.stop_panels import Axis, Board, Layer, Lookup, Panel, Point, Read, payload, share_axis

Array = NDArray[np.float64]
SECTIONS = ("Correlated", "Copied", "Spam")
EXACT = SECTIONS[:2]
RHOS = tuple(i / 50 for i in range(51))
COPIES = tuple(range(1, 21))
NAIVE, TRUE = 6, 2  # palette: purple, green
REACH = 4.5
POINT_LOW, POINT_STEP, POINT_COUNT = -4.0, 0.1, 81
DISTANCES = (0.5, 1.0, 1.5, 2.0, 3.0)
PRIORS = (0.1, 0.3, 0.5, 0.7, 0.9)
FRACTIONS = np.linspace(0.0, 1.0, 51)
MARKED = tuple(i / 10 for i in range(1, 10))
"""Stated posteriors that have a dot on the exact reliability curve."""
BINS = 10
PARTS = ("reliability", "resolution", "uncertainty", "within")
LOG_ODDS = 60.0
LOG_BINS = 12


def stops_of(section: str) -> int:
    """How many stops the section's slider has."""
    return len(RHOS) if section == "Correlated" else len(COPIES)


def exact(section: str, stop: int, distance: float, prior: float) -> Correlated:
    """The exact model at a stop; ValueError on settings out of range."""
    if section == "Correlated":
        return Correlated(distance, RHOS[stop], 2, prior)
    return Correlated(distance, 1.0, COPIES[stop], prior)


def place(at: tuple[int, ...]) -> tuple[float, ...]:
    """The dragged point's coordinates from its steps."""
    return tuple(round(POINT_LOW + i * POINT_STEP, 6) for i in at)


def measurements(section: str, stop: int, at: tuple[int, ...]) -> tuple[float, ...]:
    """All features of the dragged point: the copies of the one that is copied."""
    x = place(at)
    return x if section == "Correlated" else x * COPIES[stop]


@lru_cache(maxsize=16)
def exact_board(section: str, distance: float = 2.0, prior: float = 0.5) -> dict[str, Any]:
    """The board of "Correlated" or "Copied"; raises ValueError on bad settings."""
    if section not in EXACT:
        raise ValueError(f"section must be one of {', '.join(EXACT)}; got {section!r}")
    count = stops_of(section)
    models = [exact(section, i, distance, prior) for i in range(count)]
    both = section == "Correlated"
    stops = [f"{rho:.2f}" for rho in RHOS] if both else [str(m) for m in COPIES]
    along = list(RHOS) if both else [float(m) for m in COPIES]
    first = _plane(models, distance) if both else _line(models)
    board = Board(
        name=section,
        slider="Correlation ρ" if both else "Copies m",
        stops=stops,
        panels=[
            first,
            _exact_reliability(models),
            _shares(models),
            _against(
                "Against the slider",
                along,
                [
                    ("accuracy", [m.accuracy for m in models], TRUE),
                    ("Brier", [m.brier for m in models], 1),
                    ("sure", [m.sure for m in models], NAIVE),
                ],
                "ρ" if both else "copies",
                0.0,
            ),
        ],
        reads=[
            Read("accuracy", "accuracy", [f"{m.accuracy:.4f}" for m in models]),
            Read("brier", "Brier, naive", [f"{m.brier:.4f}" for m in models]),
            Read("truebrier", "Brier, true", [f"{m.true_brier:.4f}" for m in models]),
            Read("sure", "surer than 0.999999", [f"{100 * m.sure:.2f} %" for m in models]),
        ],
        status=[
            f"The evidence counts {m.kappa:.3g} times what it is worth. Accuracy {m.accuracy:.3f}, "
            f"with the true posterior {m.true_accuracy:.3f}; Brier {m.brier:.3f} against "
            f"{m.true_brier:.3f}."
            for m in models
        ],
        point=_point(section, models),
    )
    return payload(board)


def _plane(models: list[Correlated], d: float) -> Panel:
    """Both classes' contours and the lines of equal posterior, true and naive."""
    turn = np.linspace(0, 2 * np.pi, 45)
    circle = np.column_stack([np.cos(turn), np.sin(turn)])
    rho = np.array([m.rho for m in models])
    axis = np.array([[1.0, 1.0], [1.0, -1.0]]) / np.sqrt(2)
    layers = []
    for c, sign in ((0, -0.5), (1, 0.5)):
        for r in (1.0, 2.0):
            lengths = np.stack([np.sqrt(1 + rho), np.sqrt(np.maximum(1 - rho, 0))], axis=1)
            rings = (circle[None] * lengths[:, None] * r) @ axis + sign * d
            layers.append(Layer("line", rings, colour=c))
            round_ = (circle * r + sign * d)[None]
            layers.append(Layer("line", round_, colour=c, dash="dash", width=1.2))
    for p in (0.1, 0.5, 0.9):
        logit = np.log(p / (1 - p))
        kappa = np.array([m.kappa for m in models])
        s = (logit - models[0].logit_prior) * kappa / d
        ends = np.array([-9.0, 9.0])
        true = np.stack([np.tile(ends, (len(s), 1)), s[:, None] - ends], axis=2)
        naive_s = (logit - models[0].logit_prior) / d
        naive = np.stack([ends, naive_s - ends], axis=1)[None]
        named = p == 0.5
        width = 2.5 if named else 1.5
        layers.append(Layer("line", true, "true" if named else "", "text", width=width))
        layers.append(
            Layer("line", naive, "naive" if named else "", "text", dash="dash", width=width)
        )
    marks = [(float(v), f"{v:g}".replace("-", "−")) for v in (-4, -2, 0, 2, 4)]
    return Panel(
        "plane",
        "Two features, x₂ over x₁",
        "Two classes and their posterior lines at 0.1, 0.5 and 0.9, true and naive. "
        "Drag the point; arrows move it.",
        Axis(-REACH, REACH, "x₁", marks),
        Axis(-REACH, REACH, "x₂", marks),
        layers,
        height=310,
        notes=[[(-d / 2 - 0.6, -d / 2 - 1.3, "0"), (d / 2 + 0.3, d / 2 + 1.3, "1")]],
    )


def _line(models: list[Correlated]) -> Panel:
    """One feature's two bells, and the posterior of class 1 over it, true and naive."""
    x = np.linspace(-REACH, REACH, 181)
    layers = []
    for c, mean in ((0, -models[0].distance / 2), (1, models[0].distance / 2)):
        bell = np.exp(-((x - mean) ** 2) / 2) / np.sqrt(2 * np.pi)
        layers.append(Layer("area", np.stack([x, 0 * x, bell], 1)[None], f"p(x|{c})", colour=c))
    logit, d = models[0].logit_prior, models[0].distance
    naive = [np.stack([x, sigmoid(logit + d * m.features * x)], 1) for m in models]
    layers.append(Layer("line", np.stack([x, sigmoid(logit + d * x)], 1)[None], "true", TRUE))
    layers.append(Layer("line", np.stack(naive), "naive", NAIVE, dash="dash", width=2.5))
    marks = [(float(v), f"{v:g}".replace("-", "−")) for v in (-4, -2, 0, 2, 4)]
    return Panel(
        "plane",
        "P(1 | x)",
        "The posterior of class 1, true and naive. Drag the point; arrows move it.",
        Axis(-REACH, REACH, "x, the one feature", marks),
        share_axis(high=1.03),
        layers,
        height=310,
    )


def _exact_reliability(models: list[Correlated]) -> Panel:
    curves = np.stack([m.true_given_naive(FRACTIONS) for m in models])
    lines = np.stack([np.tile(FRACTIONS, (len(models), 1)), curves], axis=2)
    marked = np.array(MARKED)
    dots = np.stack(
        [
            np.stack([marked, m.true_given_naive(marked), np.full(len(marked), 4.5)], axis=1)
            for m in models
        ]
    )
    return Panel(
        "curve",
        "Reliability",
        "How often class 1 is true where the naive posterior says p. Arrows go through the dots.",
        share_axis("stated by the naive model"),
        share_axis(high=1.0),
        [
            _diagonal(),
            Layer("line", lines, "comes true", NAIVE, width=2.5),
            Layer("dots", dots, colour=NAIVE, open="curve"),
        ],
        height=310,
    )


def _diagonal() -> Layer:
    return Layer("line", [[[0, 0], [1, 1]]], dash="dot", width=1.2)


def shares(model: Correlated) -> Array:
    """The share of naive posteriors in each tenth of [0, 1], (10,)."""
    limits = np.linspace(0, 1, BINS + 1)[1:-1]
    above = [1.0, *(model.share_beyond(float(np.log(p / (1 - p)))) for p in limits), 0.0]
    return -np.diff(above)


def _shares(models: list[Correlated]) -> Panel:
    edges = np.linspace(0, 1, BINS + 1)
    bars = np.stack([np.stack([edges[:-1], edges[1:], shares(m)], axis=1) for m in models])
    top = 0.55
    return Panel(
        "shares",
        "Where the stated posteriors lie",
        "The share of naive posteriors in each tenth. Arrows go through the bars.",
        share_axis("stated by the naive model"),
        Axis(0, top, "", [(0.0, "0"), (0.25, "25 %"), (0.5, "50 %")]),
        [Layer("bars", np.minimum(bars, [1, 1, top]), "share", NAIVE, open="bin")],
        height=165,
    )


def _against(
    title: str,
    along: list[float],
    lines: list[tuple[str, list[float], int]],
    label: str,
    low: float,
    height: int = 165,
    wide: bool = False,
) -> Panel:
    marks = [
        (v, f"{v:g}") for v in ((0, 0.25, 0.5, 0.75, 1) if along[0] == 0 else (1, 5, 10, 15, 20))
    ]
    dashes = ("solid", "dash", "dot")
    middle = (low + 1) / 2
    return Panel(
        "against",
        title,
        "Accuracy, Brier score and the share of sure posteriors over all stops.",
        Axis(along[0], along[-1], label, marks),
        Axis(low, 1.0, "", [(v, f"{v:g}") for v in (low, middle, 1.0)]),
        [
            Layer("line", np.stack([along, values], 1)[None], name, colour, dash, 2.5)  # type: ignore[arg-type]
            for (name, values, colour), dash in zip(lines, dashes, strict=False)
        ],
        height=height,
        wide=wide,
        marker=along,
    )


def _point(section: str, models: list[Correlated]) -> Point:
    grid = POINT_LOW + POINT_STEP * np.arange(POINT_COUNT)
    logit, d = models[0].logit_prior, models[0].distance
    if section == "Correlated":
        s = 2 * POINT_LOW + POINT_STEP * np.arange(2 * POINT_COUNT - 1)
        naive = sigmoid(logit + d * s)[None]
        true = np.stack([sigmoid(logit + d * s / m.kappa) for m in models])
    else:
        naive = np.stack([sigmoid(logit + d * m.features * grid) for m in models])
        true = sigmoid(logit + d * grid)[None]
    at = (48, 46) if section == "Correlated" else (44,)
    return Point(
        0,
        POINT_LOW,
        POINT_STEP,
        POINT_COUNT,
        at,
        [Lookup("naive", "point, naive", naive), Lookup("true", "point, true", true)],
        y=0.03,
    )


# -- measured: spam --------------------------------------------------------------------------------


def case(method: str, stop: int, kind: str, words: str) -> Measured:
    """The measured half at a stop, under a recalibration or "none"."""
    return measured(method, kind, 1.0, None, COPIES[stop], words)


@lru_cache(maxsize=16)
def spam_board(kind: str, words: str, method: str) -> dict[str, Any]:
    """The board of "Spam" with `method` beside the model's own; ValueError on unknown names."""
    before = [case("none", i, kind, words) for i in range(len(COPIES))]
    after = [case(method, i, kind, words) for i in range(len(COPIES))]
    name = {"platt": "Platt", "isotonic": "isotonic", "none": "as stated"}[method]
    lines: list[tuple[str, list[float], int]] = [
        ("accuracy", [m.accuracy for m in before], TRUE),
        ("1 − Brier", [1 - m.brier for m in before], 1),
        ("sure", [m.sure for m in before], NAIVE),
    ]
    lowest = min(min(values) for _, values, _ in lines)
    board = Board(
        name="Spam",
        slider="Copies of each word",
        stops=[str(m) for m in COPIES],
        panels=[
            _histogram(before),
            _measured_reliability(before, after, name),
            _maps(kind, words),
            _parts(before, after, name),
            _against(
                "Against the copies, as stated",
                [float(m) for m in COPIES],
                lines,
                "copies",
                float(np.floor(lowest * 10) / 10),
                height=125,
                wide=True,
            ),
        ],
        reads=[
            Read("accuracy", "accuracy", [f"{m.accuracy:.4f}" for m in before]),
            Read("brier", "Brier, as stated", [f"{m.brier:.4f}" for m in before]),
            Read("brierafter", f"Brier, {name}", [f"{m.brier:.4f}" for m in after]),
            Read("logloss", "log loss, stated", [plain(m.log_loss) for m in before]),
            Read("loglossafter", f"log loss, {name}", [plain(m.log_loss_after) for m in after]),
            Read("sure", "sure (0.999999)", [f"{100 * m.sure:.1f} %" for m in before]),
            Read("wrong", "sure and wrong", [str(m.sure_and_wrong) for m in before]),
        ],
        status=[
            f"{m.surely_spam * len(m.p):.0f} of {len(m.p)} messages are stated as spam with "
            f"1.000000. Accuracy {m.accuracy:.3f}; {m.sure_and_wrong} sure verdicts are wrong."
            for m in before
        ],
    )
    return payload(board)


def log_edges() -> Array:
    """The histogram's limits in nats, (LOG_BINS + 1,); the end bars hold all beyond."""
    return np.linspace(-LOG_ODDS, LOG_ODDS, LOG_BINS + 1)


def log_bin(log_odds: Array) -> NDArray[np.int64]:
    """Each message's bar."""
    return np.clip(np.searchsorted(log_edges(), log_odds, "right") - 1, 0, LOG_BINS - 1)


def _histogram(cases: list[Measured]) -> Panel:
    edges = log_edges()
    half = (edges[1] - edges[0]) / 2
    layers = []
    for c, name in ((0, "ham"), (1, "spam")):
        bars = []
        for m in cases:
            counts = np.bincount(log_bin(m.log_odds[m.is_spam == c]), minlength=LOG_BINS)
            bars.append(
                np.stack(
                    [edges[:-1] + c * half, edges[:-1] + (c + 1) * half, np.log10(counts + 1)], 1
                )
            )
        layers.append(Layer("bars", np.stack(bars), name, c, open=name))
    return Panel(
        "histogram",
        "Log-odds",
        "How many held-out messages have which log-odds; the ends hold all beyond. "
        "Arrows go through the bars.",
        Axis(-LOG_ODDS, LOG_ODDS, "log-odds of spam, nats",
             [(float(v), f"{v:g}".replace("-", "−")) for v in (-60, -30, 0, 30, 60)]),
        Axis(0, 3.0, "", [(float(np.log10(n + 1)), str(n)) for n in (0, 10, 100, 900)]),
        layers,
        height=195,
    )  # fmt: skip


def slot(table: Reliability) -> NDArray[np.int64]:
    """Which tenth each of the table's bins is."""
    return np.rint(table.low * BINS).astype(int)


def _dots(m: Measured) -> Array:
    table = m.reliability
    low, high = table.interval()
    rows = np.full((BINS, 5), np.nan)
    radius = 3 + 1.6 * np.log10(table.count)
    rows[slot(table)] = np.stack([table.mean_p, table.observed, radius, low, high], axis=1)
    return rows


def _measured_reliability(before: list[Measured], after: list[Measured], name: str) -> Panel:
    return Panel(
        "reliability",
        "Reliability",
        "Of the messages that were given about p, the share that is spam, with 95 % intervals. "
        "Arrows go through the bins.",
        share_axis("stated P(spam)", -0.03, 1.03),
        share_axis("", -0.03, 1.03),
        [
            _diagonal(),
            Layer("dots", np.stack([_dots(m) for m in before]), "as stated", NAIVE, open="before"),
            Layer("dots", np.stack([_dots(m) for m in after]), name, TRUE, open="after"),
        ],
        height=195,
    )


def _maps(kind: str, words: str) -> Panel:
    t = np.linspace(-LOG_ODDS, LOG_ODDS, 121)
    curves = {}
    for method in ("platt", "isotonic"):
        fitted = [nb_cost.calibrator(method, kind, 1.0, None, m, words) for m in COPIES]
        curves[method] = np.stack([np.stack([t, f(t)], 1) for f in fitted if f is not None])
    return Panel(
        "maps",
        "The map",
        "The sigmoid that Naive Bayes uses, and the two maps learnt on the other half.",
        Axis(-LOG_ODDS, LOG_ODDS, "log-odds of spam, nats",
             [(float(v), f"{v:g}".replace("-", "−")) for v in (-60, -30, 0, 30, 60)]),
        share_axis("", -0.03, 1.03),
        [
            Layer("line", np.stack([t, sigmoid(t)], 1)[None], "stated", NAIVE, "dash"),
            Layer("line", curves["platt"], "Platt", TRUE),
            Layer("line", curves["isotonic"], "isotonic", 5, width=1.6),
        ],
        height=195,
    )  # fmt: skip


def _parts(before: list[Measured], after: list[Measured], name: str) -> Panel:
    layers = []
    for i, (cases, label, colour) in enumerate(((before, "as stated", NAIVE), (after, name, TRUE))):
        values = np.array([[getattr(m.parts, part) for part in PARTS] for m in cases])
        left = np.tile(np.arange(4) + 0.12 + 0.38 * i, (len(cases), 1))
        bars = np.stack([left, left + 0.38, values], axis=2)
        layers.append(Layer("bars", bars, label, colour, open="afterpart" if i else "part"))
    ticks = list(zip((0.5, 1.5, 2.5, 3.5), ("reliab.", "resol.", "uncert.", "within"), strict=True))
    return Panel(
        "parts",
        "Brier, taken apart",
        "Brier = reliability - resolution + uncertainty + within. Arrows go through the bars.",
        Axis(0, 4, "Brier = reliability − resolution + …", ticks),
        Axis(-0.03, 0.25, "", [(0.0, "0"), (0.1, "0.1"), (0.2, "0.2")]),
        layers,
        height=195,
    )

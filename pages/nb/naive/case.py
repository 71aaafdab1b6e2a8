"""What the page on "naive" shows of a state: what opens, the messages, what its link may say."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from genmodels.datasets import spam
from genmodels.kit.opened import Opened
from pages.nb.naive import boards
from pages.nb.naive import opened as arithmetic
from pages.nb.naive import opened_calibration as calibration_arithmetic
from pages.nb.naive.cost import METHODS, SURE, WORDS, Measured, calibrator, halves

KINDS = {"Multinomial": "multinomial", "Bernoulli": "bernoulli"}
WORD_SETS = {"All words": "all", "The 100 that tell most": "telling"}
CALIBRATIONS = {"Platt": "platt", "Isotonic": "isotonic"}
SHOWN_MESSAGES = 8
assert set(WORD_SETS.values()) == set(WORDS)
assert set(CALIBRATIONS.values()) < set(METHODS)


@dataclass(frozen=True)
class State:
    """A state of the page. Exact sections use distance and prior, "Spam" the other three."""

    section: str = "Correlated"
    stop: int = 0
    distance: float = 2.0
    prior: float = 0.5
    kind: str = "multinomial"
    words: str = "all"
    method: str = "platt"

    def board(self) -> dict[str, Any]:
        """The section's board."""
        if self.section in boards.EXACT:
            return boards.exact_board(self.section, self.distance, self.prior)
        return boards.spam_board(self.kind, self.words, self.method)

    def case(self, method: str | None = None) -> Measured:
        """The measured half at the stop; `method` None is the state's recalibration."""
        return boards.case(
            self.method if method is None else method, self.stop, self.kind, self.words
        )


def opened(state: State, what: str | None, at: tuple[int, ...] | None) -> Opened | None:
    """What `what` ("<layer>:<i>") opens in a state; None where it names nothing there."""
    layer, _, index = (what or "").partition(":")
    i = int(index) if index.isdecimal() else -1
    if state.section in boards.EXACT:
        return _exact(state, layer, i, at)
    return _measured(state, layer, i)


def _exact(state: State, layer: str, i: int, at: tuple[int, ...] | None) -> Opened | None:
    model = boards.exact(state.section, state.stop, state.distance, state.prior)
    if layer == "bin" and 0 <= i < boards.BINS:
        return arithmetic.between(model, i / boards.BINS, (i + 1) / boards.BINS)
    if layer == "curve" and 0 <= i < len(boards.MARKED):
        return arithmetic.comes_true(model, boards.MARKED[i])
    if layer == "read-accuracy":
        return arithmetic.accuracy(model)
    if layer in ("read-brier", "read-truebrier"):
        return arithmetic.expected_brier(model, true=layer == "read-truebrier")
    if layer == "read-sure":
        return arithmetic.sure(model)
    if layer in ("read-naive", "read-true"):
        place = at if at is not None else tuple(state.board()["point"]["at"])
        x = boards.measurements(state.section, state.stop, place)
        naive, true = calibration_arithmetic.correlated(model, x)
        return naive if layer == "read-naive" else true
    return None


def _measured(state: State, layer: str, i: int) -> Opened | None:
    before, after = state.case("none"), state.case()
    if layer in ("before", "after"):
        m = before if layer == "before" else after
        found = np.flatnonzero(boards.slot(m.reliability) == i)
        return (
            calibration_arithmetic.reliability_bin(m.reliability, int(found[0]))
            if len(found)
            else None
        )
    if layer in ("part", "afterpart") and 0 <= i < len(boards.PARTS):
        return arithmetic.brier_part(before if layer == "part" else after, boards.PARTS[i])
    if layer in ("ham", "spam") and 0 <= i < boards.LOG_BINS:
        edges = boards.log_edges()
        low = -np.inf if i == 0 else float(edges[i])
        high = np.inf if i == boards.LOG_BINS - 1 else float(edges[i + 1])
        label = spam.SPAM if layer == "spam" else spam.HAM
        return arithmetic.in_bar(before, label, boards.log_bin(before.log_odds) == i, low, high)
    simple = {
        "read-accuracy": lambda: arithmetic.measured_accuracy(before),
        "read-brier": lambda: calibration_arithmetic.brier_score(before.p, before.is_spam),
        "read-brierafter": lambda: calibration_arithmetic.brier_score(after.p, after.is_spam),
        "read-logloss": lambda: arithmetic.log_loss(before),
        "read-loglossafter": lambda: arithmetic.log_loss(after, after=True),
        "read-sure": lambda: arithmetic.measured_sure(before, wrong=False),
        "read-wrong": lambda: arithmetic.measured_sure(before, wrong=True),
    }
    if layer.startswith("message"):
        return _message(state, layer, i)
    return simple[layer]() if layer in simple else None


# -- messages ------------------------------------------------------------------------------------


def messages(state: State) -> list[int]:
    """Places in the measured half: half of them sure and wrong, half sure and right."""
    m = state.case("none")
    wrong = (m.p > 0.5) != (m.is_spam == spam.SPAM)
    by_sureness = np.argsort(-np.abs(m.log_odds), kind="stable")
    half = SHOWN_MESSAGES // 2
    chosen = [by_sureness[wrong[by_sureness]][:half], by_sureness[~wrong[by_sureness]][:half]]
    return [int(i) for part in chosen for i in part]


def message_table(state: State) -> dict[str, list[str]]:
    """The messages' stated and recalibrated probabilities, as columns of text."""
    places = messages(state)
    stated = state.case("none")
    columns = {name: state.case(method).p for name, method in CALIBRATIONS.items()}
    return {
        "message": [arithmetic.row_of(stated, i) for i in places],
        "log-odds": [f"{stated.log_odds[i]:.1f}".replace("-", "−") for i in places],
        "stated": [f"{stated.p[i]:.6f}" for i in places],
        **{name: [f"{p[i]:.6f}" for i in places] for name, p in columns.items()},
        "": ["" if (stated.p[i] > 0.5) == (stated.is_spam[i] == 1) else "wrong" for i in places],
    }


def message_names(state: State) -> list[str]:
    """The names that a reader chooses a message by."""
    stated = state.case("none")
    return [arithmetic.row_of(stated, i) for i in messages(state)]


def _message(state: State, layer: str, i: int) -> Opened | None:
    places = messages(state)
    if not 0 <= i < len(places):
        return None
    method = "isotonic" if layer == "message-isotonic" else "platt"
    curve: Any = calibrator(method, state.kind, 1.0, None, boards.COPIES[state.stop], state.words)
    score = float(state.case("none").log_odds[places[i]])
    return getattr(calibration_arithmetic, method)(curve, score)


def real_case() -> str:
    """The real-data case in one line: how much is stated with 1.000000, and how much is wrong."""
    m = boards.case("none", 0, "multinomial", "all")
    spam_said = m.p > SURE
    wrong = int((spam_said & (m.is_spam == spam.HAM)).sum())
    return (
        f"Of {len(m.p)} held-out messages, {int(spam_said.sum())} are stated as spam with "
        f"1.000000; {wrong} of these are ham. The maps were learnt on {len(halves()[0])} others."
    )


# -- links ---------------------------------------------------------------------------------------


def checked_at(section: str, text: str | None) -> tuple[tuple[int, ...] | None, str | None]:
    """The dragged point of a link, as "1.2,0.8" (one number under "Copied")."""
    if text is None:
        return None, None
    wanted = 1 if section == "Copied" else 2
    low, high = boards.POINT_LOW, boards.POINT_LOW + boards.POINT_STEP * (boards.POINT_COUNT - 1)
    try:
        numbers = [float(part) for part in text.split(",")]
        if len(numbers) == wanted and all(low <= n <= high for n in numbers):
            return tuple(round((n - low) / boards.POINT_STEP) for n in numbers), None
    except ValueError:
        pass
    told = text if len(text) <= 40 else text[:40] + "…"
    kind = "a number" if wanted == 1 else "two numbers"
    return None, (
        f"The link's nbn_at must be {kind} from {low:g} to {high:g}, like "
        f"{'1.2' if wanted == 1 else '1.2,0.8'}; it says “{told}”."
    )


def at_text(at: tuple[int, ...] | None) -> str | None:
    """The point as the link has it."""
    return None if at is None else ",".join(f"{x:g}" for x in boards.place(at))

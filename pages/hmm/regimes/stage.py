"""What the regimes page opens, says and takes from its link."""

import datetime
import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from genmodels.datasets import returns
from genmodels.kit.opened import Opened, plain
from pages.hmm import regimes_opened as arithmetic
from pages.hmm import regimes_run as run
from pages.hmm.regimes_run import Array, Days, Setup

OPENS = ("expected", "forward step", "posterior", "densities", "stays")
HARD_LIMIT = 20_000


def state_names(K: int) -> list[str]:
    return [f"state {k + 1}" for k in range(K)]


# -- numbers that open ---------------------------------------------------------------------------


def alone(setup: Setup) -> tuple[Array, Array, Array]:
    """The memoryless mixture beside the HMM: weights, means, standard deviations."""
    return run.mixture(setup.series, setup.K, setup.part)


def expected(found: Days, t: int) -> tuple[Array, Array, Array]:
    """P(z_t | x_1..x_t-1), means and standard deviations: what was expected of day t."""
    return (found.predicted[t], *run.gaussians(found.model))


def opened(setup: Setup, found: Days, t: int, what: str) -> Opened | str:
    """One of OPENS for day t, or why there is none."""
    series, model = setup.series, found.model
    means, sds = run.gaussians(model)
    x, names, day = float(series.x[t]), state_names(setup.K), series.label(t)
    lead = int(found.posterior[t].argmax())
    if what == "stays":
        return arithmetic.mean_stays(model.transition, names, lead)
    if what == "forward step":
        before = found.filtered[t - 1] if t else None
        k = int(found.filtered[t].argmax())
        return arithmetic.forward_step(
            before, found.predicted[t], model.transition, x, means, sds, k, names, day
        )
    if what == "posterior":
        last = t == len(series) - 1
        return arithmetic.posterior_step(
            found.filtered[t],
            None if last else found.posterior[t + 1],
            None if last else found.predicted[t + 1],
            model.transition,
            lead,
            names,
            day,
        )
    if np.isnan(x):
        return "The day is missing: nothing was seen, and its density counts as 1."
    if what == "densities":
        return arithmetic.densities(x, means, sds, names, day)
    return arithmetic.next_day(found.predicted[t], x, means, sds, names, day)


def day_sentence(setup: Setup, found: Days, t: int) -> str:
    """The day's value beside what was expected: its size in standard deviations."""
    x = float(setup.series.x[t])
    label, unit = setup.series.label(t), setup.series.unit
    if np.isnan(x):
        return f"**{label}**: missing."
    weights, means, sds = expected(found, t)
    mean = float(weights @ means)
    sd = float(np.sqrt(weights @ (sds**2 + means**2) - mean**2))
    w, m, s = alone(setup)
    memoryless = float(np.log(max(float(run.normal(np.array(x), m, s) @ w), 1e-300)))
    said = arithmetic.next_day(weights, x, means, sds, state_names(setup.K), label).value
    return (
        f"**{label}**: {plain(x)} {unit}. Expected the day before: sd {plain(sd)} {unit}. "
        f"log density {plain(said)} nats; without memory {plain(memoryless)}."
    )


def states_table(setup: Setup, found: Days) -> dict[str, list[str]]:
    """A row a state: mean, standard deviation, mean stay, share of days, the row of A."""
    means, sds = run.gaussians(found.model)
    unit = f", {setup.series.unit}" if setup.series.unit else ""
    stays, share = run.stays(found.model), found.posterior.mean(axis=0)
    lengths = [run.run_lengths(found.path, k) for k in range(setup.K)]
    rows = range(setup.K)
    return {
        "state": [str(k + 1) for k in rows],
        f"mean{unit}": [plain(float(means[k])) for k in rows],
        f"sd{unit}": [plain(float(sds[k])) for k in rows],
        "mean stay, days": [plain(float(stays[k])) for k in rows],
        "share of days": [f"{100 * float(share[k]):.1f} %" for k in rows],
        "Viterbi’s stays": [str(len(lengths[k])) for k in rows],
        "row of A": ["  ".join(f"{float(a):.4f}" for a in found.model.transition[k]) for k in rows],
    }


def held_out_table(found: list[run.HeldOut], early: list[float]) -> dict[str, list[str]]:
    """Nats a held-out day by K: the HMM, the mixture, the mixture stopped early."""
    return {
        "K": [str(one.K) for one in found],
        "HMM": [plain(one.a_day, 5) for one in found],
        "no memory": [plain(one.mixture_a_day, 5) for one in found],
        "no memory, stopped early": [plain(value, 5) for value in early],
    }


def held_out_opened(found: run.HeldOut) -> Opened:
    return arithmetic.held_out_mean(found.total, found.before, found.n, found.K)


def held_out_labels(setup: Setup) -> list[str] | None:
    """The held-out days' dates, or None where days have none."""
    series = setup.series
    if series.day is None:
        return None
    return [series.label(t) for t in range(int(run.TRAINED * len(series)), len(series))]


def day_of(date: str) -> int:
    """The S&P 500's first day at or after a date such as 1987-10-19, from 0."""
    market = returns.sp500()
    assert market.day is not None
    asked = (datetime.date.fromisoformat(date) - returns.EPOCH).days
    return int(np.searchsorted(market.day, asked))


# -- the link ------------------------------------------------------------------------------------


def checked_day(text: str | None) -> tuple[int | None, str | None]:
    """A day from the link, counted from 1: (from 0 or None, message or None)."""
    if text is None:
        return None, None
    if re.fullmatch(r"[0-9]{1,6}", text) and 1 <= int(text) <= HARD_LIMIT:
        return int(text) - 1, None
    return None, _said("hmmr_day", f"a day from 1 to {HARD_LIMIT}", text)


def checked_window(text: str | None) -> tuple[list[int] | None, str | None]:
    """First and last day on show from the link, `1-500`, counted from 1."""
    if text is None:
        return None, None
    match = re.fullmatch(r"([0-9]{1,6})-([0-9]{1,6})", text)
    if match:
        first, last = int(match[1]) - 1, int(match[2]) - 1
        if 0 <= first < last < HARD_LIMIT:
            return [first, last], None
    return None, _said("hmmr_view", "two days such as 1-500", text)


def window_text(window: tuple[int, int], T: int) -> str | None:
    return None if window == (0, T - 1) else f"{window[0] + 1}-{window[1] + 1}"


def _said(name: str, expected: str, got: str) -> str:
    return f"The link's {name} must be {expected}; it says “{got[:40]}”. It was left out."


def within(setup: Setup, asked: Mapping[str, Any]) -> dict[str, Any]:
    """`asked` {token, day, window, iteration}, kept inside the series at hand."""
    T = len(setup.series)
    day, window = asked["day"], asked["window"]
    fits = window is not None and window[1] < T
    return {
        **asked,
        "day": day if day is not None and day < T else None,
        "window": list(window) if fits else None,
    }

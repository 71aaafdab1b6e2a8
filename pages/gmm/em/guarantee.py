"""The bound along a run, for the player: three curves and a line of words a half step."""

from functools import lru_cache, partial
from typing import Any

import numpy as np

from genmodels import gmm
from genmodels.kit.opened import plain
from pages.gmm import mixture_run
from pages.gmm.em import opened_bound as arithmetic
from pages.gmm.mixture_run import Setup


@lru_cache(maxsize=48)
def along(setup: Setup) -> gmm.Bound:
    """F, KL and log p(X) at each half step of the set-up's run."""
    return gmm.bound(mixture_run.fitted(setup), setup.points.X)


@lru_cache(maxsize=48)
def payload(setup: Setup) -> dict[str, Any]:
    """The player's payload with the bound in place of the plain curve."""
    run = mixture_run.run(setup)
    found = along(setup)
    return {
        **run.payload,
        "trace_id": "bound " + run.payload["trace_id"],
        "bound": {
            "f": [float(v) for v in found.bound],
            # What rounding leaves of a closed gap is no gap.
            "kl": [
                float(v) if v > 1e-11 * abs(f) else 0.0
                for v, f in zip(found.kl, found.bound, strict=True)
            ],
            "log_p": [float(v) for v in found.log_likelihood],
        },
        "statuses": statuses(run.trace, found, run.payload["statuses"]),
    }


def statuses(trace: gmm.EMTrace, found: gmm.Bound, plain_ones: list[str]) -> list[str]:
    """What each half step did to the two parts."""
    lines = []
    for place, words in enumerate(plain_ones):
        if place >= len(found.bound):
            lines.append(words)
            continue
        f, kl, log_p = found.bound[place], found.kl[place], found.log_likelihood[place]
        if place == 0:
            lines.append(
                f"Start: with equal shares q, the bound lies {plain(kl)} nats below "
                f"log p(X) = {plain(log_p, 6)}."
            )
        elif place % 2:
            lines.append(
                f"E-step {(place + 1) // 2}: q becomes the posterior. The gap of "
                f"{plain(max(found.kl[place - 1], 0.0))} nats closes; log p(X) stays."
            )
        else:
            rise, gain = f - found.bound[place - 1], log_p - found.log_likelihood[place - 1]
            line = (
                f"M-step {place // 2}: the bound rises by {plain(rise)}, log p(X) by "
                f"{plain(gain)} nats; between them a gap of {plain(max(kl, 0.0))} opens."
            )
            if rise < -1e-9 * abs(f):
                line += " The floor on the variances cost this: it isn't part of the bound."
            lines.append(line)
    if lines and trace.steps:
        lines[-1] += f" End: {trace.stopped}."
    return lines


def openable(setup: Setup, step: int) -> dict[str, Any]:
    """The three numbers at a half step, by name, each made when called."""
    trace, found = mixture_run.fitted(setup), along(setup)
    if not len(found.bound):
        return {}
    place = int(np.clip(step, 0, len(found.bound) - 1))
    X = setup.points.X
    return {
        "Bound F": partial(arithmetic.free_energy_opened, trace, X, place),
        "Gap KL": partial(arithmetic.gap_opened, trace, X, place),
        "log p(X)": partial(arithmetic.likelihood_opened, trace, X, place),
    }

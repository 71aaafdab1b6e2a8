"""Reconstruction and KL as two bars that move with q, and the gap to log p(x) as it closes."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
import streamlit as st

from genmodels.kit.payload import array, encode
from genmodels.kit.widget import register
from genmodels.vae.bound import LARGEST, SMALLEST, Cloud, Q, Window
from pages.vae.digit import Digit
from pages.vae.elbo.case import DRAWS, Place, Runs, place_from

_mount = register("vae/elbo-bars")

PATH = "/live/elbo"
PICTURES = 12


def said(key: str, start: Place, start_id: str) -> Place:
    """What the reader did in the widget of this key; to be asked before it is mounted."""
    state = st.session_state.get(key)
    held: Mapping[str, Any] = state if isinstance(state, Mapping) else {}
    told = held.get("place")
    if not isinstance(told, Mapping) or told.get("start_id") != start_id:
        return start
    return place_from(told, start)


def payload(
    digit: Digit, encoder: Q, q: Q, place: Place, cloud: Cloud, before: Cloud, runs: Runs,
    view: Window, start_id: str,
) -> dict[str, Any]:  # fmt: skip
    """What the widget draws: the map, the draws, the runs of importance sampling under `q`.

    `before` are draws of the encoder's own q, whose bars stay marked.
    """
    made: dict[str, Any] = encode(
        {
            "path": PATH,
            "x": array(np.rint(255 * digit.x), "u1"),
            "encoder": [*encoder.mu, *encoder.sigma],
            "encoder_bars": {"reconstruction": before.reconstruction, "kl": float(before.kl.sum())},
            "limits": [SMALLEST, LARGEST],
            "draws": list(DRAWS),
            "view": {"middle": list(view.middle), "half": view.half},
            "posterior": array(np.rint(255 * view.density), "u1"),
            "log_p": view.log_evidence,
            "cloud": {
                "kl": array(cloud.kl),
                "numbers": array(np.array([cloud.reconstruction, cloud.bce.std()])),
                "z": array(cloud.z),
                "bce": array(cloud.bce),
                "pictures": array(
                    np.rint(255 * np.vstack([cloud.y.mean(axis=0), cloud.y[:PICTURES]])), "u1"
                ),
            },
            "runs": {
                "q": [*q.mu, *q.sigma],
                "samples": array(runs.samples, "i4"),
                "estimates": array(runs.estimates),
                "elbo": runs.elbo,
                "log_p": runs.log_evidence,
            },
            "place": asdict(place),
            "start_id": start_id,
        }
    )
    return made


def elbo_bars(prepared: dict[str, Any], *, key: str) -> None:
    """Mount the widget; `said` reads what the reader does. The place of `prepared` is taken over
    whenever its start_id is new.
    """
    _mount(key=key, data=prepared, on_place_change=lambda: None)

"""A GAN's training as a film: its sheet, the digits it draws, its losses as the scrubber
(`gan-movie.js`)."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from genmodels.kit.payload import array, deflated, encode
from genmodels.kit.widget import register
from genmodels.vae.gan_record import EVERY
from pages.vae.gan import case as run

_mount = register("vae/gan-movie")


@lru_cache(maxsize=8)
def _film(name: str) -> dict[str, Any]:
    trace = run.training(name)
    return {
        "run": name,
        "steps": [int(step) for step in trace.steps],
        "sheets": deflated(trace.sheets),
        "histograms": trace.histograms.astype(int).tolist(),
        "entropies": trace.entropies.tolist(),
        "losses": array(trace.losses.astype(np.float32).ravel()),
        "every": EVERY,
    }


def gan_movie(name: str, *, goto: Mapping[str, Any], key: str) -> int:
    """Mount the film of the GAN `name`; the moment on show. `goto` {token, moment} moves it."""
    data = encode({**_film(name), "goto": dict(goto)})
    result = _mount(key=key, data=data, on_view_change=lambda: None)
    return moment_of(result, name, goto)


def moment_of(result: Any, name: str, goto: Mapping[str, Any]) -> int:
    """What the browser said, checked: it may be of another film, or of nobody's making."""
    last = len(run.training(name).steps) - 1
    said = getattr(result, "view", None)
    view: Mapping[str, Any] = said if isinstance(said, Mapping) else {}
    start = min(int(goto["moment"]), last)
    if view.get("run") != name or view.get("token") != goto["token"]:
        return start
    moment = view.get("moment")
    return moment if type(moment) is int and 0 <= moment <= last else start

"""A training as a film: the map of 2,000 digits at every moment, its losses as the scrubber."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from genmodels.datasets import mnist
from genmodels.kit.payload import array, encode
from genmodels.kit.widget import register

_mount = register("vae/latent-movie")


@lru_cache(maxsize=1)
def _labels() -> dict[str, Any]:
    return array(mnist.shown().labels, "u1")


def latent_movie(
    film: Mapping[str, Any], *, goto: Mapping[str, Any], running: bool, key: str
) -> int:
    """Mount the film (see `runs.training_run.film`); the moment on show.

    `goto` {token, moment} moves it on a new token. While `running`, it follows the newest moment
    unless the reader has gone elsewhere.
    """
    data = encode({**film, "labels": _labels(), "goto": dict(goto), "running": running})
    result = _mount(key=key, data=data, on_view_change=lambda: None)
    return moment_of(result, film["run"], goto)


def moment_of(result: Any, run: str, goto: Mapping[str, Any]) -> int:
    """What the browser said, checked: it may be of another film, or of nobody's making."""
    said = getattr(result, "view", None)
    view: Mapping[str, Any] = said if isinstance(said, Mapping) else {}
    if view.get("run") != run or view.get("token") != goto["token"]:
        return int(goto["moment"])
    moment = view.get("moment")
    return moment if type(moment) is int and 0 <= moment < 1000 else int(goto["moment"])

"""Logistic regression's learning curve as it ships, and the command that makes it again.

`python -m pages.nb.teach.logistic` fits every draw and size anew (about a minute) and writes
`assets/data/nb_logistic_curve.json`; a test fits some of its points again.
"""

import json
from functools import lru_cache

import numpy as np

from genmodels import ASSETS, assets
from pages.nb.teach.learning_curve import (
    MAX_DRAWS,
    SEED,
    SIZES,
    Curve,
    check_draws,
    logistic_accuracy,
)

PATH = ASSETS / "data" / "nb_logistic_curve.json"
NAME = "logistic regression"


@lru_cache(maxsize=1)
def _stored() -> np.ndarray:
    stored = assets.record(PATH)
    if stored["sizes"] != list(SIZES) or stored["seed"] != SEED:
        raise ValueError(f"{PATH.name} must be of sizes {SIZES} and seed {SEED}; make it again")
    return np.array(stored["accuracy"])


def curve(draws: int) -> Curve:
    """The first `draws` draws; raises ValueError outside 1 to MAX_DRAWS."""
    check_draws(draws, SEED)
    return Curve(NAME, SIZES, _stored()[:draws])


def main() -> None:
    """Fit every point and write the asset."""
    accuracy = [[logistic_accuracy(size, d) for size in SIZES] for d in range(MAX_DRAWS)]
    made = {"sizes": list(SIZES), "seed": SEED, "accuracy": accuracy}
    PATH.write_text(json.dumps(made) + "\n", encoding="utf-8")
    print(f"{PATH.name}: {MAX_DRAWS} draws of {len(SIZES)} sizes")


if __name__ == "__main__":
    main()

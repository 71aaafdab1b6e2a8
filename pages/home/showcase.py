"""What the home page's four pictures show: one small real run of each model, made once."""

from functools import lru_cache

import numpy as np

from genmodels import gmm, hmm
from genmodels.datasets import clustering, sequences
from genmodels.vae import first_paint
from pages.hmm import trellis_run
from pages.nb import spam_filter

MESSAGE = "Meeting on Thursday? Click here to order your free report"


@lru_cache(maxsize=1)
def mixture() -> tuple[np.ndarray, gmm.EMTrace]:
    """EM on Old Faithful, from a random start, so that there is something to see."""
    points = clustering.load("old_faithful")
    return points.X, gmm.fit(
        points.X, 2, init="random", tol=1e-4, max_iter=40, rng=np.random.default_rng(3)
    )


@lru_cache(maxsize=1)
def chain() -> tuple[hmm.ViterbiTrace, tuple[str, ...], tuple[str, ...]]:
    """Rolls drawn from the casino's own model, and the best path through them."""
    preset = sequences.CASINO
    tables = trellis_run.preset_tables(preset.name)
    model = trellis_run.model_of((tables["initial"], tables["transition"], tables["emission"]))
    rolls = hmm.sample(model, 20, rng=np.random.default_rng(158)).observations
    symbols = tuple(preset.symbols[roll] for roll in rolls)
    return hmm.viterbi(model, rolls), preset.states, symbols


@lru_cache(maxsize=1)
def message() -> spam_filter.Reading:
    """A short message that holds both kinds of words, read by the default filter."""
    return spam_filter.read(MESSAGE, spam_filter.Settings())


@lru_cache(maxsize=1)
def latent() -> np.ndarray:
    """The decoder's pictures over the map, (rows, columns, 784) uint8, as they were saved."""
    side = first_paint.GRID
    return first_paint.load().grid.reshape(side, side, 784)

"""A model's words and logarithms, as the browser holds them: a key then needs no answer.

Multinomial: log p(w | c) = log(n + alpha) - log(N_c + alpha F), n being how often class c has w.
Bernoulli:   log p(w | c) = log(n + alpha) - log(N_c + 2 alpha), and of a word that isn't there
             log(1 - p(w | c)) = log(N_c - n + alpha) - log(N_c + 2 alpha).

Few different n occur, so the logarithms are taken here, one for each n; `lexicon.js` looks them up
and adds.
"""

import json
from collections.abc import Sequence
from typing import Any

import numpy as np

from genmodels.datasets.word_counts import Spelling
from genmodels.kit.payload import deflated
from genmodels.naive_bayes import BernoulliNB, MultinomialNB
from genmodels.naive_bayes.base import Array, log_of

Model = MultinomialNB | BernoulliNB


def lexicon(model: Model, vocabulary: Sequence[str], spelling: Spelling) -> dict[str, Any] | None:
    """The words (F,) in order, each one's count by class (C, F) as a place among `values` (D,),
    and the logarithms by place: `log` (D,), `log_total` (C,), `log_prior` (C,), and of Bernoulli
    `log_left` (C, D) and `log_absent` (C,), the sum over all words. -inf is None.

    None for Bernoulli without smoothing, where words may rule a class out by being absent.
    """
    values, places = np.unique(model.feature_count, return_inverse=True)
    said: dict[str, Any] = {
        "spelling": spelling.javascript(),
        "words": deflated(np.frombuffer("\n".join(vocabulary).encode(), np.uint8)),
        "places": deflated(places.reshape(model.feature_count.shape).astype("<u2")),
        "values": values.astype(int).tolist(),
        "log": _plain(log_of(values + model.alpha)),
        "log_prior": _plain(model.log_prior),
    }
    if isinstance(model, MultinomialNB):
        total = model.feature_count.sum(axis=1) + model.alpha * model.n_features
        return {**said, "log_total": _plain(log_of(np.where(total > 0, total, 1.0)))}
    if model.alpha == 0:
        return None
    left = np.maximum(model.class_count[:, None] - values, 0) + model.alpha
    return {
        **said,
        "log_total": _plain(log_of(model.class_count + 2 * model.alpha)),
        "log_left": [_plain(row) for row in log_of(left)],
        "log_absent": _plain(model.log_absent),
    }


def _plain(values: Array) -> list[float | None]:
    return [value if np.isfinite(value) else None for value in values.tolist()]


def packed(model: Model, vocabulary: Sequence[str], spelling: Spelling) -> bytes:
    """`lexicon` as UTF-8 JSON."""
    return json.dumps(lexicon(model, vocabulary, spelling), allow_nan=False).encode()

"""Naive Bayes over ratings: will someone like film t, from what they thought of other films?

For each film t there is one model with the classes “likes t” and “doesn't”; every other film f is
a feature with the values like and dislike, and a film not rated is a missing value, of factor 1.
All the models share four tables of counts: how many people think r of f and s of t.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from genmodels.naive_bayes.base import Array, log_of
from genmodels.naive_bayes.checks import check_scale

Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class RatingsNB:
    """likes, dislikes (F,): people by film. both[r][s] (F, F): who thinks r of f and s of t.

    r and s are 1 for a like, 0 for a dislike; rows are f, columns t.

        prior_t   = log (likes_t + alpha) / (dislikes_t + alpha)
        p(r | s)  = (both[r][s] + alpha) / (both[0][s] + both[1][s] + 2 alpha)
        says_rf,t = log p(r | 1) / p(r | 0), and 0 for f = t

    All in nats.
    """

    likes: Array
    dislikes: Array
    both: tuple[tuple[Array, Array], tuple[Array, Array]]
    alpha: float

    @classmethod
    def fit(cls, likes: ArrayLike, dislikes: ArrayLike, *, alpha: float = 1.0) -> Self:
        """Count. likes, dislikes (people, F): true where so; neither where not rated.

        Raises ValueError on shapes that differ, on a rating that is both, and on alpha <= 0: one
        pair of films that nobody rated both of would be 0 / 0.
        """
        L, D = check_masks(likes, dislikes)
        if check_scale("alpha", alpha) == 0:
            raise ValueError("alpha must be > 0; got 0")
        opinions = (D.astype(float), L.astype(float))
        both = tuple(tuple(r.T @ s for s in opinions) for r in opinions)
        return cls(
            likes=opinions[1].sum(axis=0),
            dislikes=opinions[0].sum(axis=0),
            both=both,  # type: ignore[arg-type]
            alpha=float(alpha),
        )

    @property
    def n_films(self) -> int:
        return len(self.likes)

    @cached_property
    def log_prior_odds(self) -> Array:
        """prior_t, (F,): how well liked it is."""
        return log_of(self.likes + self.alpha) - log_of(self.dislikes + self.alpha)

    def log_p(self, r: int, s: int) -> Array:
        """log p(r of f | s of t), (F, F)."""
        total = self.both[0][s] + self.both[1][s] + 2 * self.alpha
        return np.asarray(np.log(self.both[r][s] + self.alpha) - np.log(total))

    @cached_property
    def says(self) -> tuple[Array, Array]:
        """says[r] (F, F): what opinion r of f (row) adds to the log-odds of liking t (column)."""
        tables = []
        for r in (0, 1):
            table = self.log_p(r, 1) - self.log_p(r, 0)
            np.fill_diagonal(table, 0.0)
            tables.append(table)
        return tables[0], tables[1]

    def evidence(self, likes: ArrayLike, dislikes: ArrayLike) -> Array:
        """sum_f says, (people, F): for each film what the others say, its own rating left out."""
        L, D = check_masks(likes, dislikes, self.n_films)
        return np.asarray(L.astype(float) @ self.says[1] + D.astype(float) @ self.says[0])

    def log_odds(self, likes: ArrayLike, dislikes: ArrayLike, *, temper: float = 0.0) -> Array:
        """prior_t + evidence_t / n_t^temper, (people, F), n_t the number of ratings but t's own.

        temper 0 is naive Bayes, 1/2 divides by the square root, 1 takes the mean: the more
        ratings, the more of their evidence is an echo. Where n_t = 0 the prior is the answer.
        """
        check_scale("temper", temper)
        rated = np.asarray(likes, dtype=bool) | np.asarray(dislikes, dtype=bool)
        n = np.maximum(rated.sum(axis=1, keepdims=True) - rated, 1)
        return np.asarray(self.log_prior_odds + self.evidence(likes, dislikes) / n**temper)


def check_masks(
    likes: ArrayLike, dislikes: ArrayLike, n_films: int | None = None
) -> tuple[Mask, Mask]:
    """Both as (people, F) of true and false; nobody both likes and dislikes a film."""
    L, D = np.asarray(likes, dtype=bool), np.asarray(dislikes, dtype=bool)
    if L.ndim != 2 or L.shape != D.shape:
        raise ValueError(f"likes and dislikes must be (people, films); got {L.shape}, {D.shape}")
    if n_films is not None and L.shape[1] != n_films:
        raise ValueError(f"likes must have {n_films} films, as in fit; got {L.shape[1]}")
    if (L & D).any():
        person, film = np.argwhere(L & D)[0]
        raise ValueError(f"a film must be liked or disliked; person {person} does both of {film}")
    return L, D

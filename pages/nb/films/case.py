"""What the films page runs: a reader's ratings, what is recommended, and why."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genmodels.calibration import sigmoid
from genmodels.datasets import films
from genmodels.kit.opened import Opened
from genmodels.naive_bayes import RatingsNB

Array = NDArray[np.float64]
METHODS = ("naive Bayes", "tempered", "popularity")
TEMPER = {"naive Bayes": 0.0, "tempered": 0.5}
MAX_RATED = 100
BEST = 12
"""Films that the shelf recommends."""
DISLIKE, LIKE = 0, 1
START = ((505, LIKE), (73, LIKE), (83, LIKE), (387, DISLIKE), (186, DISLIKE))
"""The Matrix, Star Wars IV, Pulp Fiction; Titanic, Independence Day."""

Rated = tuple[tuple[int, int], ...]


@cache
def model() -> RatingsNB:
    data = films.load()
    return RatingsNB.fit(data.likes, data.dislikes)


def title(film: int, *, year: bool = True) -> str:
    data = films.load()
    return f"{data.titles[film]} ({data.years[film]})" if year else data.titles[film]


@dataclass(frozen=True, eq=False)
class Shelf:
    """A reader's ratings under a method: what each film's log-odds are made of, in nats.

    prior, evidence, log_odds (F,): evidence before it is divided by `root`.
    """

    rated: Rated
    method: str
    prior: Array
    evidence: Array
    log_odds: Array

    def others(self, film: int) -> Rated:
        """The ratings that speak of `film`: all but its own."""
        return tuple(pair for pair in self.rated if pair[0] != film)

    def root(self, film: int) -> float:
        """What the evidence is divided by."""
        n = len(self.others(film))
        return float(max(n, 1) ** TEMPER.get(self.method, 0.0))

    def says(self, film: int, other: int) -> float:
        """What the rating of `other` adds to `film`'s log-odds, before any division."""
        if self.method == "popularity":
            return 0.0
        opinion = dict(self.rated)[other]
        return float(model().says[opinion][other, film])

    def probability(self, film: int) -> float:
        return float(sigmoid(self.log_odds[film]))

    @cached_property
    def best(self) -> list[int]:
        """The films not rated, most surely liked first; equals in the order of the table."""
        mine = {film for film, _ in self.rated}
        order = np.argsort(-self.log_odds, kind="stable").tolist()
        return [film for film in order if film not in mine][:BEST]


@lru_cache(maxsize=128)
def shelf(rated: Rated, method: str) -> Shelf:
    """ValueError for a method that there isn't."""
    if method not in METHODS:
        raise ValueError(f"method must be one of {', '.join(METHODS)}; got {method!r}")
    m = model()
    likes, dislikes = np.zeros((2, 1, m.n_films), bool)
    for film, opinion in rated:
        (likes if opinion == LIKE else dislikes)[0, film] = True
    if method == "popularity":
        nothing = np.zeros(m.n_films)
        return Shelf(rated, method, m.log_prior_odds, nothing, m.log_prior_odds)
    evidence = m.evidence(likes, dislikes)[0]
    log_odds = m.log_odds(likes, dislikes, temper=TEMPER[method])[0]
    return Shelf(rated, method, m.log_prior_odds, evidence, log_odds)


def checked_rated(said: Any) -> Rated | None:
    """Ratings as a browser tells them, [[film, 0 or 1], …]; None where they aren't of that form."""
    if not isinstance(said, list) or len(said) > MAX_RATED:
        return None
    n, seen = model().n_films, {}
    for pair in said:
        good = (
            isinstance(pair, list)
            and len(pair) == 2
            and all(isinstance(v, int) and not isinstance(v, bool) for v in pair)
            and 0 <= pair[0] < n
            and pair[1] in (DISLIKE, LIKE)
            and pair[0] not in seen
        )
        if not good:
            return None
        seen[pair[0]] = pair[1]
    return tuple(seen.items())


def parse_rated(text: str) -> Rated:
    """ "505+.387-" as ratings: films' numbers, + for a like, - for a dislike; empty for none.

    ValueError says what is wrong with it.
    """
    n, seen = model().n_films, {}
    text = text.replace(" ", "+")  # as a + comes out of a link that was typed by hand
    for part in text.split(".") if text else []:
        found = re.fullmatch(r"([0-9]{1,4})([+-])", part)
        if not found or int(found[1]) >= n:
            raise ValueError(f"must be like 505+.387-, films' numbers from 0 to {n - 1}")
        if int(found[1]) in seen:
            raise ValueError(f"must rate a film once; {found[1]} is there twice")
        seen[int(found[1])] = LIKE if found[2] == "+" else DISLIKE
    if len(seen) > MAX_RATED:
        raise ValueError(f"must rate at most {MAX_RATED} films; it has {len(seen)}")
    return tuple(seen.items())


def rated_text(rated: Rated) -> str:
    return ".".join(f"{film}{'+' if opinion == LIKE else '-'}" for film, opinion in rated)


def parse_open(text: str) -> tuple[str, int, int | None]:
    """ "t42" (the total of film 42), "p42" (its prior), "r42.505" (what 505 says of it).

    ValueError for anything else.
    """
    n = model().n_films
    found = re.fullmatch(r"([tp])([0-9]{1,4})|(r)([0-9]{1,4})\.([0-9]{1,4})", text)
    if found:
        kind, film = (found[1] or found[3]), int(found[2] or found[4])
        other = int(found[5]) if found[5] else None
        if film < n and (other is None or (other < n and other != film)):
            return kind, film, other
    raise ValueError(f"must be like t42, p42 or r42.505, with films' numbers from 0 to {n - 1}")


def made_safe(number: Opened, escape: Callable[[str], str]) -> Opened:
    """`number` with its titles of films run through `escape`: they may hold Markdown's signs."""
    rows = [replace(row, label=escape(row.label)) for row in number.rows]
    return replace(number, title=escape(number.title), rows=rows)

"""Bayes' theorem on a two-way table, as areas of a unit square.

The hypothesis H splits the square into two columns as wide as the prior; the evidence E fills each
column to the height of its likelihood. Conditioning on E keeps the filled areas and stretches them
to the whole:

    P(H | E) = P(H) P(E | H) / [P(H) P(E | H) + P(not H) P(E | not H)]
"""

import math
from dataclasses import dataclass

MAX_COUNT = 10**9


@dataclass(frozen=True)
class Area:
    """A rectangle of the unit square with its lower left corner at (x, y), and what it is."""

    hypothesis: bool
    evidence: bool
    x: float
    y: float
    width: float
    height: float

    @property
    def size(self) -> float:
        """width * height: the joint probability, or in the zoomed picture the posterior."""
        return self.width * self.height


@dataclass(frozen=True)
class TwoWay:
    """prior = P(H), if_true = P(E | H), if_false = P(E | not H), each in [0, 1].

    Raises ValueError on anything else.
    """

    prior: float
    if_true: float
    if_false: float

    def __post_init__(self) -> None:
        for name in ("prior", "if_true", "if_false"):
            value = getattr(self, name)
            good = isinstance(value, (int, float)) and not isinstance(value, bool)
            if not good or not 0 <= value <= 1:
                raise ValueError(f"{name} must be a number from 0 to 1; got {value!r}")

    @property
    def joint(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """((P(H, E), P(H, not E)), (P(not H, E), P(not H, not E))); the four sum to 1."""
        p, t, f = self.prior, self.if_true, self.if_false
        return (p * t, p * (1 - t)), ((1 - p) * f, (1 - p) * (1 - f))

    @property
    def evidence(self) -> float:
        """P(E) = P(H, E) + P(not H, E)."""
        return self.joint[0][0] + self.joint[1][0]

    def posterior(self, seen: bool = True) -> float | None:
        """P(H | E), or P(H | not E) if E was not `seen`; None where that has probability 0."""
        column = 0 if seen else 1
        with_h, without = self.joint[0][column], self.joint[1][column]
        return with_h / (with_h + without) if with_h + without > 0 else None

    @property
    def bayes_factor(self) -> float:
        """P(E | H) / P(E | not H): what E multiplies the odds by; inf, and nan for 0 / 0."""
        if self.if_false > 0:
            return self.if_true / self.if_false
        return math.inf if self.if_true > 0 else math.nan

    def areas(self) -> tuple[Area, ...]:
        """The four rectangles, H on the left, E at the bottom; their sizes are the joint."""
        p, t, f = self.prior, self.if_true, self.if_false
        return (
            Area(True, True, 0.0, 0.0, p, t),
            Area(True, False, 0.0, t, p, 1 - t),
            Area(False, True, p, 0.0, 1 - p, f),
            Area(False, False, p, f, 1 - p, 1 - f),
        )

    def zoomed(self, seen: bool = True, zoom: float = 1.0) -> tuple[Area, ...]:
        """The areas on the way from the joint (zoom 0) to the conditioned event alone (zoom 1).

        At 1 the square is the event: two columns of full height, as wide as the posterior; the
        other areas are gone. Between, every side moves in a straight line. Raises ValueError on
        an event of probability 0 and on zoom outside [0, 1].
        """
        posterior = self.posterior(seen)
        if posterior is None:
            raise ValueError("the event must have a probability above 0; got 0")
        if not 0 <= zoom <= 1:
            raise ValueError(f"zoom must be from 0 to 1; got {zoom!r}")
        out = []
        for area in self.areas():
            left, width = (0.0, posterior) if area.hypothesis else (posterior, 1 - posterior)
            kept = area.evidence == seen
            bottom, height = (0.0, 1.0) if kept else (1.0 if seen else 0.0, 0.0)
            pairs = ((area.x, left), (area.y, bottom), (area.width, width), (area.height, height))
            out.append(Area(area.hypothesis, area.evidence, *(_mix(a, b, zoom) for a, b in pairs)))
        return tuple(out)

    def people(self, total: int = 1000) -> tuple[tuple[int, int], tuple[int, int]]:
        """The joint in whole people of `total`, by largest remainders, so that they sum to it."""
        if isinstance(total, bool) or not isinstance(total, int) or not 1 <= total <= MAX_COUNT:
            raise ValueError(f"total must be a whole number from 1 to {MAX_COUNT}; got {total!r}")
        exact = [total * cell for row in self.joint for cell in row]
        whole = [math.floor(x) for x in exact]
        by_rest = sorted(range(4), key=lambda i: whole[i] - exact[i])
        for i in by_rest[: max(total - sum(whole), 0)]:
            whole[i] += 1
        return (whole[0], whole[1]), (whole[2], whole[3])


def _mix(start: float, end: float, share: float) -> float:
    return (1 - share) * start + share * end


def from_counts(h_e: int, h_not: int, other_e: int, other_not: int) -> TwoWay:
    """The table of counts: H with E, H without, not H with E, not H without.

    Raises ValueError unless all are whole numbers >= 0 and both H and not H have a case.
    """
    cells = {"h_e": h_e, "h_not": h_not, "other_e": other_e, "other_not": other_not}
    for name, value in cells.items():
        whole = isinstance(value, int) and not isinstance(value, bool)
        if not whole or not 0 <= value <= MAX_COUNT:
            raise ValueError(f"{name} must be a whole number from 0 to {MAX_COUNT}; got {value!r}")
    if h_e + h_not == 0 or other_e + other_not == 0:
        raise ValueError("both H and not H must have a case; one has none")
    total = sum(cells.values())
    return TwoWay((h_e + h_not) / total, h_e / (h_e + h_not), other_e / (other_e + other_not))


def parse(prior: str, if_true: str, if_false: str) -> TwoWay:
    """The table from three typed numbers, each as 0.3, 3/10 or 30 %.

    Raises ValueError that names the field, what is expected, and what came.
    """
    values = {"prior": prior, "P(E | H)": if_true, "P(E | not H)": if_false}
    return TwoWay(*(number(name, text) for name, text in values.items()))


def number(name: str, text: str) -> float:
    """A typed probability, as 0.3, 3/10 or 30 %; raises ValueError that names `name`."""
    message = f"{name} must be a number from 0 to 1, as 0.3, 3/10 or 30 %; got {text[:40]!r}"
    body = text.strip().replace(",", ".")
    scale = 1.0
    if body.endswith("%"):
        body, scale = body[:-1], 100.0
    top, bar, bottom = body.partition("/")
    try:
        value = float(top) / (float(bottom) if bar else 1.0) / scale
    except (ValueError, ZeroDivisionError):
        raise ValueError(message) from None
    if not 0 <= value <= 1:  # nan too
        raise ValueError(message)
    return value

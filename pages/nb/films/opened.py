"""A recommendation opened: how well liked a film is, what one rating says of it, the total, AUC.

Rebuilt from counts of people, not from the model's logarithms.
"""

import math

from genmodels.kit.opened import Opened, Row, literal, number, plain
from genmodels.naive_bayes import RatingsNB
from pages.nb.films.case import LIKE, Shelf, model, parse_open, title
from pages.nb.films.scores import load

SHOWN = 8


def opened(shelf: Shelf, key: str | None) -> Opened | None:
    """What `key` names: t<film>, p<film> or r<film>.<rated>; None where nothing of the kind is."""
    try:
        kind, film, other = parse_open(key or "")
    except ValueError:
        return None
    if kind == "p":
        return prior(film)
    if kind == "t":
        return total(shelf, film)
    if other is None or other not in dict(shelf.rated) or shelf.method == "popularity":
        return None
    return says(shelf, film, other)


def prior(film: int) -> Opened:
    """How many like it for each who doesn't, before the reader's ratings."""
    m = model()
    likes, dislikes, a = int(m.likes[film]), int(m.dislikes[film]), m.alpha
    return Opened(
        f"How well liked: {title(film)}",
        r"\log \frac{\text{likes}_t + \alpha}{\text{dislikes}_t + \alpha}",
        rf"\log \frac{{{likes} + {a:g}}}{{{dislikes} + {a:g}}}",
        f"log({likes} + {literal(a)}) - log({dislikes} + {literal(a)})",
        float(m.log_prior_odds[film]),
        "nats",
        note=f"{likes + dislikes} people rated it; {likes} with 4 stars or more.",
    )


def _row(m: RatingsNB, r: int, s: int, f: int, t: int) -> Row:
    """p(opinion r of f | opinion s of t)."""
    there, gone = int(m.both[r][s][f, t]), int(m.both[1 - r][s][f, t])
    a = m.alpha
    verb, of = ("like" if r else "dislike"), ("likers" if s else "others")
    return Row(
        f"{verb} it, of t’s {of}",
        rf"\frac{{{there} + {a:g}}}{{{there + gone} + {2 * a:g}}}",
        f"({there} + {literal(a)}) / ({there + gone} + {literal(2 * a)})",
        math.exp(float(m.log_p(r, s)[f, t])),
    )


def says(shelf: Shelf, film: int, other: int) -> Opened:
    """log p(opinion of the rated film | likes t) / p(same | doesn't), divided where tempered."""
    m, opinion = model(), dict(shelf.rated)[other]
    rows = tuple(_row(m, opinion, s, other, film) for s in (1, 0))
    p, q = rows
    root, n = shelf.root(film), len(shelf.others(film))
    whole = f"(log({p.expression}) - log({q.expression}))"
    tempered = root != 1
    verb = "like" if opinion == LIKE else "dislike"
    both = int(sum(m.both[r][s][other, film] for r in (0, 1) for s in (0, 1)))
    value = shelf.says(film, other)
    return Opened(
        f"You {verb} {title(other)}: what it says of {title(film)}",
        (r"\frac{1}{\sqrt{n}} " if tempered else "")
        + rf"\log \frac{{p(\text{{{verb}}}_f \mid \text{{like}}_t)}}"
        rf"{{p(\text{{{verb}}}_f \mid \text{{dislike}}_t)}}",
        (rf"\frac{{1}}{{\sqrt{{{n}}}}} " if tempered else "")
        + rf"\Bigl(\log {p.substitution} - \log {q.substitution}\Bigr)",
        f"{whole} / {literal(root)}",
        value / root,
        "nats",
        rows=rows,
        note=f"{both} people rated both; f is what you rated, t the other. "
        f"The odds are multiplied by {plain(math.exp(value / root))}.",
    )


def total(shelf: Shelf, film: int) -> Opened:
    """How well liked it is, and what all ratings say, together."""
    others = shelf.others(film) if shelf.method != "popularity" else ()
    root = shelf.root(film)
    base = float(shelf.prior[film])
    terms = {other: shelf.says(film, other) for other, _ in others}
    order = sorted(terms, key=lambda other: -abs(terms[other]))
    rows = [Row("how well liked", "", literal(base), base)]
    rows += [
        Row(title(other), "", literal(terms[other] / root), terms[other] / root)
        for other in order[:SHOWN]
    ]
    inside = f"sum({', '.join(['0', *(literal(v) for v in terms.values())])})"
    evidence, left = math.fsum(terms.values()), len(terms) - SHOWN
    tempered, value = root != 1, float(shelf.log_odds[film])
    divided = r"\frac{1}{\sqrt{n}} " if tempered else ""
    above = r"\text{liked}_t + " + divided + r"\sum_f \text{says}_f"
    below = (
        rf"\frac{{{number(evidence)}}}{{\sqrt{{{len(terms)}}}}}" if tempered else number(evidence)
    )
    chance = shelf.probability(film)
    more = f"The largest {SHOWN} of {len(terms)}. " if left > 0 else ""
    return Opened(
        f"Log-odds of {title(film)}",
        above if others else r"\text{liked}_t",
        rf"{number(base)} + {_bracket(below, evidence)}" if others else number(base),
        f"{literal(base)} + {inside} / {literal(root)}",
        value,
        "nats",
        rows=tuple(rows),
        note=f"{more}P(like) = 1 / (1 + exp(−{plain(value)})) = {plain(chance)}."
        if value >= 0
        else f"{more}P(like) = 1 / (1 + exp({plain(-value)})) = {plain(chance)}.",
    )


def _bracket(text: str, value: float) -> str:
    return rf"\left({text}\right)" if value < 0 else text


# -- held out --------------------------------------------------------------------------------------


def auc(method: str) -> Opened:
    """Of all pairs of a liked and a disliked rating, the share that stands in the right order."""
    stored = load()
    liked, disliked = stored["liked"], stored["disliked"]
    pairs, value = liked * disliked, float(stored["auc"][method])
    right = round(2 * value * pairs) / 2  # ties count half
    return Opened(
        f"AUC of {method}, held out",
        r"\frac{\#\{(i, j): s_i > s_j\} + \tfrac{1}{2} \#\{s_i = s_j\}}{\text{likes}"
        r" \cdot \text{dislikes}}",
        rf"\frac{{{number(right, 6)}}}{{{liked} \cdot {disliked}}}",
        f"{literal(right)} / ({liked} * {disliked})",
        value,
        note=f"i a liked rating, j a disliked one, {pairs:,} pairs. 1/2 is chance. People were "
        "held out in 5 folds; each rating is predicted from the same person’s other ratings.",
    )


def right(method: str) -> Opened:
    """The share of ratings on the predicted side."""
    stored = load()
    n, good = stored["liked"] + stored["disliked"], stored["right"][method]
    return Opened(
        f"Right verdicts of {method}, held out",
        r"\frac{\text{right}}{\text{ratings}}",
        rf"\frac{{{good}}}{{{n}}}",
        f"{good} / {n}",
        good / n,
        note=f"Saying “like” of everything would reach {stored['liked'] / n:.3f}.",
    )

"""A reader's recommendations to take away: JSON, CSV, a picture, a script."""

import csv
import io
import json

import numpy as np

from genmodels.datasets import films
from genmodels.datasets.films import TERMS
from genmodels.kit.script import comment, literal
from genmodels.kit.svg import COMPONENTS, LINE, Drawing
from pages.nb.films.case import LIKE, TEMPER, Shelf, model, title


def as_json(shelf: Shelf) -> str:
    """The ratings, and each recommended film with what moved it."""
    return json.dumps(
        {
            "data": films.load().source.caption(),
            "terms": TERMS,
            "method": shelf.method,
            "alpha": model().alpha,
            "ratings": [
                {"film": title(film), "like": opinion == LIKE} for film, opinion in shelf.rated
            ],
            "recommended": [
                {
                    "film": title(film),
                    "probability": shelf.probability(film),
                    "log_odds": float(shelf.log_odds[film]),
                    "how_well_liked": float(shelf.prior[film]),
                    "moved_by": {
                        title(other): shelf.says(film, other) / shelf.root(film)
                        for other, _ in shelf.others(film)
                    },
                }
                for film in shelf.best
            ],
        },
        indent=1,
        ensure_ascii=False,
        allow_nan=False,
    )


def as_csv(shelf: Shelf) -> str:
    """Every film not rated, the best first: its log-odds and their parts."""
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\n")
    write.writerow(["film", "year", "P(like)", "log-odds", "how well liked", "your ratings"])
    mine = {film for film, _ in shelf.rated}
    data = films.load()
    for film in np.argsort(-shelf.log_odds, kind="stable").tolist():
        if film in mine:
            continue
        total, base = float(shelf.log_odds[film]), float(shelf.prior[film])
        chance = shelf.probability(film)
        write.writerow([data.titles[film], data.years[film], chance, total, base, total - base])
    return out.getvalue()


def as_svg(shelf: Shelf) -> str:
    """The recommended films, each with its probability as a bar."""
    drawing = Drawing(640, 96 + 24 * len(shelf.best), f"Recommended by {shelf.method}")
    drawing.text(16, 24, f"Recommended by {shelf.method}", anchor="start", size=15, bold=True)
    liked = ", ".join(title(f, year=False) for f, r in shelf.rated if r == LIKE) or "nothing"
    drawing.text(16, 44, f"liked: {_short(liked, 90)}", anchor="start")
    y = 56.0
    for film in shelf.best:
        drawing.text(16, y + 15, _short(title(film), 52), anchor="start")
        drawing.rectangle(380, y + 4, 180, 14, "none", LINE)
        drawing.rectangle(380, y + 4, 180 * shelf.probability(film), 14, COMPONENTS[1], "none")
        drawing.text(624, y + 15, f"{100 * shelf.probability(film):.1f} %", anchor="end")
        y += 24
    drawing.text(16, y + 24, "Data: MovieLens (Harper and Konstan 2015).", anchor="start", size=11)
    return str(drawing)


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def script(shelf: Shelf) -> str:
    """The first recommended film's model in scikit-learn's terms; prints what moved it.

    One BernoulliNB a rated film, on those who rated both: a missing rating has the factor 1.
    """
    data = films.load()
    film = shelf.best[0]
    others = shelf.others(film) if shelf.method != "popularity" else ()
    columns = [film, *(other for other, _ in others)]
    codes = data.likes[:, columns].astype(int) - (data.ratings[:, columns] == 0)
    codes = codes[codes[:, 0] >= 0]  # who rated the film itself
    return f'''"""A film’s recommendation as it stood on the page; needs NumPy and scikit-learn."""
{comment("Data: " + data.source.caption())}
{comment("Terms: no commercial use, credit, redistribution under the same terms only.")}

import base64
import io
import zlib

import numpy as np
from sklearn.naive_bayes import BernoulliNB

names = {[title(c) for c in columns]!r}
# A row a person who rated the first film: 1 likes, 0 doesn't, -1 hasn't rated.
{literal("rated", codes)}
mine = np.array({[opinion for _, opinion in others]!r}, dtype=int)  # of the other films
alpha, temper = {model().alpha!r}, {TEMPER.get(shelf.method, 0.0)!r}

likes = rated[:, 0] == 1
prior = np.log(likes.sum() + alpha) - np.log((~likes).sum() + alpha)
print(f"how well liked: {{prior:.8f}}")
evidence = 0.0
for i, name in enumerate(names[1:]):
    both = rated[:, i + 1] >= 0
    # Two rows of weight 0, so that scikit-learn knows both classes even where one is empty.
    X = np.append(rated[both, i + 1], [0, 1])[:, None]
    y = np.append(likes[both], [False, True])
    weight = np.append(np.ones(both.sum()), [0, 0])
    log_p = BernoulliNB(alpha=alpha).fit(X, y, sample_weight=weight).feature_log_prob_[:, 0]
    says = np.diff(log_p if mine[i] else np.log1p(-np.exp(log_p)))[0]
    evidence += says
    print(f"{{name}}: {{says / max(len(mine), 1) ** temper:.8f}}")
total = prior + evidence / max(len(mine), 1) ** temper
print(f"{{names[0]}}, log-odds: {{total:.8f}}")
print(f"P(like): {{1 / (1 + np.exp(-total)):.10f}}")
'''

"""Two-way tables to start from, each from a named source: a test's published figures, real counts.

And a table as it is taken away: figures, cells, picture, a script.
"""

import csv
import io
import json
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from genmodels.datasets import penguins, spam
from genmodels.kit.script import comment
from genmodels.kit.svg import COMPONENTS, INK, Drawing
from pages.nb.theorem.table import TwoWay, from_counts

TOTAL = 1000
"""People, messages or birds of which the natural frequencies tell."""
FLIPPER_MM = 206


@dataclass(frozen=True)
class Story:
    """A table with its words: what H and E are called, who is counted, and where it comes from."""

    title: str
    table: TwoWay
    h: str
    not_h: str
    e: str
    not_e: str
    unit: str
    source: str


def _word(word: str) -> Story:
    """Spam and one word, counted over all messages of the collection."""
    data = spam.load()
    there = data.counts[:, [data.feature[word]]].toarray().ravel() > 0
    is_spam = data.is_spam == spam.SPAM
    cells = [int(v) for v in _cells(is_spam, there)]
    return Story(
        f"Spam: “{word}”",
        from_counts(*cells),
        "spam",
        "ham",
        f"says “{word}”",
        f"no “{word}”",
        "messages",
        f"Counted: {cells[0]:,} of {cells[0] + cells[1]:,} spam messages and {cells[2]:,} of "
        f"{cells[2] + cells[3]:,} others say it. {spam.SOURCE.caption()}",
    )


def _gentoo() -> Story:
    data = penguins.load()
    cells = [
        int(v)
        for v in _cells(data.species == data.names.index("Gentoo"), data.X[:, 2] > FLIPPER_MM)
    ]
    return Story(
        "Penguin: long flippers",
        from_counts(*cells),
        "Gentoo",
        "not Gentoo",
        f"flipper over {FLIPPER_MM} mm",
        "shorter flipper",
        "birds",
        f"Counted: {cells[0]} of {cells[0] + cells[1]} Gentoos and {cells[2]} of "
        f"{cells[2] + cells[3]} others. {data.source.caption()}",
    )


def _cells(h: np.ndarray, e: np.ndarray) -> tuple[int, int, int, int]:
    return (
        int((h & e).sum()),
        int((h & ~e).sum()),
        int((~h & e).sum()),
        int((~h & ~e).sum()),
    )


def _screening() -> Story:
    return Story(
        "Screening test",
        TwoWay(0.01, 0.8, 0.096),
        "cancer",
        "no cancer",
        "positive test",
        "negative test",
        "women",
        "Mammography at forty, as put to physicians: 1 % have breast cancer, the test finds 80 % "
        "of it and errs for 9.6 % of the others. Gigerenzer and Hoffrage 1995, Psychological "
        "Review 102, after Eddy 1982. Round figures for a lesson, no medical advice.",
    )


@lru_cache(maxsize=1)
def stories() -> dict[str, Story]:
    """Every story by its title; the first is the one that the page opens with."""
    made = (_screening(), _word("free"), _word("wrote"), _gentoo())
    return {story.title: story for story in made}


# -- to take away ------------------------------------------------------------------------------


def figures_json(story: Story, table: TwoWay) -> str:
    """Every number of the table, null where there is nothing to condition on."""
    return json.dumps(
        {
            "H": story.h,
            "E": story.e,
            "source": story.source,
            "prior": table.prior,
            "likelihood": {"E given H": table.if_true, "E given not H": table.if_false},
            "joint": [list(row) for row in table.joint],
            "evidence": table.evidence,
            "posterior": {"H given E": table.posterior(), "H given not E": table.posterior(False)},
            f"of_{TOTAL}": [list(row) for row in table.people(TOTAL)],
        },
        indent=1,
        allow_nan=False,
    )


def cells_csv(story: Story, table: TwoWay) -> str:
    """A row a cell: its joint probability, its share given what was seen, and of 1,000."""
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\n")
    write.writerow(["hypothesis", "evidence", "joint", "given_evidence", f"of_{TOTAL}"])
    people = table.people(TOTAL)
    for i, h in enumerate((story.h, story.not_h)):
        for j, e in enumerate((story.e, story.not_e)):
            share = table.posterior(j == 0)
            given = "" if share is None else share if i == 0 else 1 - share
            write.writerow([h, e, table.joint[i][j], given, people[i][j]])
    return out.getvalue()


def picture_svg(story: Story, table: TwoWay, seen: bool = True) -> str:
    """The square, and beside it the square of what was seen alone."""
    side = 300
    drawing = Drawing(2 * side + 150, side + 90, f"Bayes' theorem: {story.title}")
    pictures = [(40.0, table.areas(), "all")]
    if table.posterior(seen) is not None:
        title = "given: " + (story.e if seen else story.not_e)
        pictures.append((110.0 + side, table.zoomed(seen), title))
    for left, areas, title in pictures:
        drawing.text(left, 24, title)
        for area in areas:
            drawing.rectangle(
                left + side * area.x,
                36 + side * (1 - area.y - area.height),
                side * area.width,
                side * area.height,
                ("#F3CDB8" if area.hypothesis else "#B8D3E8")
                if not area.evidence
                else COMPONENTS[1 if area.hypothesis else 0],
                INK,
            )
    p = table.posterior(seen)
    drawing.text(40, side + 58, f"left {story.h}, right {story.not_h}; dark {story.e}")
    if p is not None:
        drawing.text(110 + side, side + 58, f"{story.h}: {p:.4g}")
    return str(drawing)


def script(story: Story, table: TwoWay) -> str:
    """scikit-learn's model of one feature, fit on the four likelihoods as weights."""
    return f'''"""Bayes' theorem on a two-way table, as scikit-learn's smallest naive Bayes."""
{comment(f"H: {story.h}. E: {story.e}. {story.source}")}

import numpy as np
from sklearn.naive_bayes import CategoricalNB

np.seterr(divide="ignore", invalid="ignore")  # a probability of 0 has log 0
prior = np.array([{1 - table.prior!r}, {table.prior!r}])  # of not H, of H
likelihood = np.array([{table.if_false!r}, {table.if_true!r}])  # of E
seen = np.array([[1], [0], [1], [0]])  # 1: E
true = np.array([0, 0, 1, 1])  # 1: H
weights = np.column_stack([likelihood, 1 - likelihood]).ravel()
model = CategoricalNB(alpha=0.0, class_prior=prior).fit(seen, true, sample_weight=weights)
print("P(E):", f"{{prior @ likelihood:.9f}}")
print("P(H | E):", f"{{model.predict_proba([[1]])[0, 1]:.9f}}")
print("P(H | not E):", f"{{model.predict_proba([[0]])[0, 1]:.9f}}")
'''

"""What the page of thresholds shows: the filter and its test, the cut, and what is open."""

from dataclasses import dataclass

from genmodels.kit.frame import Try
from genmodels.kit.state import PageState, choice, number, whole
from pages.nb.threshold import case as runs
from pages.nb.threshold.case import COST_TEXTS, FIRST_COST, OPENABLE, Place, Setup

TESTS = {"Random folds": "folds", "Earlier to later": "time"}
KINDS = {"Multinomial": "multinomial", "Bernoulli": "bernoulli"}
ALPHAS = {f"{a:g}": a for a in runs.SMOOTHINGS}


@dataclass(frozen=True)
class State(PageState):
    prefix = "nbd"
    test: str = choice(TESTS, step=True)
    model: str = choice(KINDS, step=True)
    alpha: str = choice(ALPHAS, "1")
    cut: float = number(-runs.MAX_CUT, runs.MAX_CUT, 0.0)
    cost: str = choice(COST_TEXTS, COST_TEXTS[FIRST_COST])
    open: str | None = choice(OPENABLE, None, step=True)
    message: int | None = whole(1, 5916, None, step=True)

    @property
    def setup(self) -> Setup:
        return Setup(TESTS[self.test], KINDS[self.model], ALPHAS[self.alpha])

    @property
    def place(self) -> Place:
        return Place(self.cut, self.message, self.open, COST_TEXTS.index(self.cost))

    def unsound(self) -> list[str]:
        """A message that isn't among this test's can't be open."""
        rows = runs.tested(self.setup).row if self.message is not None else ()
        return [] if self.message is None or self.message - 1 in rows else ["message"]


TRIES = [
    Try(
        "A lost letter costs 100",
        "One lost letter is as bad as 100 spams let in. If P were true, cut at 0.99. Is it enough?",
        State(cut=runs.bayes_cut(100.0), open="bayes", cost="100"),
    ),
    Try(
        "Tomorrow's mail",
        "97 % right in random folds. Of next year's mail, how much?",
        State(test="Earlier to later", open="accuracy"),
    ),
    Try(
        "Hard ham",
        "Newsletters that people asked for: how many of 100 are flagged, a year later?",
        State(test="Earlier to later", open="hard"),
    ),
    Try(
        "Bernoulli, a year later",
        "Every word that is absent counts too. Does that help or hurt when mail changes?",
        State(test="Earlier to later", model="Bernoulli", open="auc"),
    ),
]

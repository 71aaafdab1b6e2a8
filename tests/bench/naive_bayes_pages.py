"""Naive Bayes' pages of spam: cut and cost by hand, the stream at play, and speed beside a peer."""

import statistics
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from tests.bench import Row, alternate, chromium, percentile, row, served_app
from tests.bench.naive_bayes_texts import REPAINT_BAR, TWO_FRAMES, slider_row

FRAME_BAR = 30.0  # frames a second while the stream plays
MOVES = 200
KEYS = 24
PLAYED_MS = 2500


def rows() -> list[Row]:
    return [*model_rows(), *board_rows(), *browser_rows()]


def model_rows() -> list[Row]:
    """Fit and posterior of the three models beside scikit-learn's, on the corpus as it ships."""
    from sklearn import naive_bayes as reference

    from genmodels.datasets import spam
    from genmodels.naive_bayes import BernoulliNB, GaussianNB, MultinomialNB

    data = spam.load()
    X, y = data.counts.astype(float), data.is_spam
    dense = X[:, :300].toarray()
    found: list[Row] = []
    for model, peer, rows, shape in (
        (MultinomialNB, reference.MultinomialNB, X, "5,916 x 9,102 sparse"),
        (BernoulliNB, reference.BernoulliNB, X, "5,916 x 9,102 sparse"),
        (GaussianNB, reference.GaussianNB, dense, "5,916 x 300"),
    ):
        kind = model.__name__.removesuffix("NB").lower()
        found.append(_against(f"{kind} fit, {shape}", model.fit, peer().fit, rows, y))
        ours, theirs = model.fit(rows, y), peer().fit(rows, y)
        found.append(
            _against(f"{kind} posterior, {shape}", ours.posterior, theirs.predict_proba, rows)
        )
    return found


def _against(
    what: str, ours: Callable[..., Any], theirs: Callable[..., Any], *arguments: Any
) -> Row:
    times = alternate(lambda: ours(*arguments), lambda: theirs(*arguments), repetitions=25)
    return row(what, *times, bar=">= 1", faster=True, note="scikit-learn")


def board_rows() -> list[Row]:
    """What a new alpha costs the board of cuts, and a new setting the stream, both learners."""
    from pages.nb import nb_drift
    from pages.nb.mail import stream as nb_stream
    from pages.nb.mail import stream_board as nb_stream_board
    from pages.nb.threshold import case as nb_threshold

    def board() -> None:
        nb_drift.across.cache_clear()
        nb_threshold.groups.cache_clear()
        nb_threshold.prepared.cache_clear()
        nb_threshold.prepared(nb_threshold.Setup())

    def stream() -> None:
        nb_stream.stream.cache_clear()
        nb_stream_board.prepared.cache_clear()
        nb_stream_board.prepared(nb_stream.Setting())

    (cut,) = alternate(board, repetitions=9)
    (played,) = alternate(stream, repetitions=5)
    return [
        row("new alpha: both tests' board of cuts, from counts", cut),
        row("new stream of 1,479 messages, learning and not", played),
    ]


def browser_rows() -> list[Row]:
    """Headless Chromium, from the event to the painted frame."""
    with served_app() as app, chromium() as browser:
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(f"{app.url}/nb-threshold")
        page.wait_for_selector('[data-widget="threshold-board"][data-ready="true"]')
        found = [
            slider_row(page, "threshold-board", "spam's board", "Smoothing"),
            drag_row(page),
            cost_row(page),
        ]
        page.goto(f"{app.url}/nb-stream?nbs_rate=500")
        page.wait_for_selector('[data-widget="message-stream"][data-ready="true"]')
        return [*found, play_row(page), stream_scrub_row(page)]


def drag_row(page: Any) -> Row:
    """The cut dragged over the scores: histogram, both curves, counts, costs, lists."""
    box = page.locator("canvas.scores").bounding_box()
    page.evaluate("performance.clearMeasures()")
    page.mouse.move(box["x"] + 100, box["y"] + 80)
    page.mouse.down()
    for i in range(MOVES):
        page.mouse.move(box["x"] + 100 + i * (box["width"] - 200) / MOVES, box["y"] + 80)
    page.mouse.up()
    return _measured(page, "threshold-board:drag", "cut dragged: event to paint, p95")


def cost_row(page: Any) -> Row:
    """The cost slider's keys: the curve, the cheapest cut, every cost."""
    page.evaluate("performance.clearMeasures()")
    slider = page.get_by_label("Cost of a false alarm")
    for i in range(KEYS):
        slider.press("ArrowRight" if i % 12 < 6 else "ArrowLeft", delay=30)
    return _measured(page, "threshold-board:drag", "cost slider: key to paint, p95", REPAINT_BAR)


def play_row(page: Any) -> Row:
    """The stream at 500 messages a second: frames a second that the page paints."""
    page.evaluate("performance.clearMeasures()")
    page.get_by_role("button", name="Play", exact=True).click()
    page.wait_for_function(
        "ms => { const all = performance.getEntriesByName('genmodels:message-stream:play');"
        " return all.length > 1 && all.at(-1).startTime - all[0].startTime > ms; }",
        arg=PLAYED_MS,
    )
    begun = page.evaluate(
        "performance.getEntriesByName('genmodels:message-stream:play').map(m => m.startTime)"
    )
    page.locator("canvas.river").press("Home")
    rate = 1000 * (len(begun) - 1) / (begun[-1] - begun[0])
    worst = percentile([b - a for a, b in pairwise(begun)], 0.95)
    return Row(
        "stream at 500 messages a second: frames a second",
        rate,
        ratio=rate / FRAME_BAR,
        bar=">= 1",
        unit="fps",
        note=f"of {FRAME_BAR:.0f}; a frame to the next {worst:.0f} ms at p95, {len(begun)} frames",
    )


def stream_scrub_row(page: Any) -> Row:
    """The running curve scrubbed by hand."""
    box = page.locator("canvas.curve").bounding_box()
    page.evaluate("performance.clearMeasures()")
    page.mouse.move(box["x"] + 60, box["y"] + 60)
    page.mouse.down()
    for i in range(MOVES):
        page.mouse.move(box["x"] + 60 + i * (box["width"] - 120) / MOVES, box["y"] + 60)
    page.mouse.up()
    return _measured(page, "message-stream:scrub", "stream scrubbed: event to paint, p95")


def _measured(page: Any, measure: str, what: str, bar: float = TWO_FRAMES) -> Row:
    times = page.evaluate(
        f"performance.getEntriesByName('genmodels:{measure}').map(m => m.duration)"
    )
    return _row(what, times, bar)


def _row(what: str, times: list[float], bar: float) -> Row:
    p95 = percentile(times, 0.95)
    return Row(
        what,
        p95,
        ratio=p95 / bar,
        bar="<= 1",
        note=f"of {bar:.0f} ms; median {statistics.median(times):.1f}, {len(times)} paints",
    )

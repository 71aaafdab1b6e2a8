"""Naive Bayes' pages that answer from counts: a rating, a searched letter, a judged text, alpha."""

import statistics
from typing import Any

from tests.bench import Row, alternate, chromium, percentile, row, served_app

RATING_BAR = 100.0  # ms, from the press to the repainted recommendations
REPAINT_BAR = 150.0  # ms, from a slider's event to the repaint
TWO_FRAMES = 2000 / 60  # ms
LABELS = 50
TEXT = "free money click here to win a ticket now"


def rows() -> list[Row]:
    return [*answer_rows(), *browser_rows()]


def answer_rows() -> list[Row]:
    """What an answer costs the server, without the socket."""
    from pages.nb.films import case as nb_films_run
    from pages.nb.films import shelf as nb_films_shelf
    from pages.nb.teach import case as nb_teach
    from pages.nb.teach import lesson as lessons
    from pages.nb.teach import text as nb_teach_text
    from pages.nb.words import board as words

    lesson = lessons.lesson(
        lessons.decode(f"c0-{LABELS - 1}", ()), (), "multinomial", 1.0, prior=0.5
    )

    def rating() -> None:
        nb_films_run.shelf.cache_clear()
        nb_films_shelf.answer(nb_films_run.shelf(nb_films_run.START, "tempered"), None)

    def letter() -> None:
        words.payload.cache_clear()
        words.answer("multinomial", "both", "e")

    for each in (rating, letter):
        each()
    (rated,) = alternate(rating, repetitions=15)
    (searched,) = alternate(letter, repetitions=15)
    times = alternate(
        lambda: nb_teach_text.steps(lesson, TEXT),
        lambda: nb_teach.trail(lesson, TEXT),
        repetitions=9,
    )
    return [
        row("films: a rating's answer", rated),
        row("words: a searched letter, at 14 alphas", searched),
        row(f"a text after each of {LABELS} labels", *times, bar="<= 1", note="a model a label"),
    ]


def browser_rows() -> list[Row]:
    """Headless Chromium, from the event to the painted frame."""
    with served_app() as app, chromium() as browser:
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        return [
            films_row(page, app.url),
            *words_rows(page, app.url),
            teach_row(page, app.url),
        ]


def films_row(page: Any, url: str) -> Row:
    """Films rated one after another, the next when the last is answered."""
    root = _open(page, f"{url}/nb-films", "film-shelf")
    count = "performance.getEntriesByName('genmodels:film-shelf:answer').length"
    for i in range(20):
        root.locator(".found [data-rate]").nth(3 * i % 14).click()
        page.wait_for_function(f"n => {count} > n", arg=i)
        page.wait_for_timeout(1000)
    return _row(page, "film-shelf:answer", "films: rating to recommendations, p95", RATING_BAR)


def words_rows(page: Any, url: str) -> list[Row]:
    """Alpha stepped and dragged, then words searched letter by letter."""
    root = _open(page, f"{url}/nb-words", "word-ranks")
    slider = root.locator("input[type=range]")
    for i in range(52):
        slider.press("ArrowLeft" if i % 26 < 13 else "ArrowRight", delay=10)
    box = slider.bounding_box()
    page.mouse.move(box["x"] + 9, box["y"] + box["height"] / 2)
    page.mouse.down()
    for i in range(240):
        page.mouse.move(box["x"] + 9 + i % 60 * (box["width"] - 18) / 59, box["y"] + 17)
        page.wait_for_timeout(8)
    page.mouse.up()
    found = [_row(page, "word-ranks:slide", "words: alpha to the re-ranked lists, p95",
                  REPAINT_BAR)]  # fmt: skip
    search = root.locator("input[type=search]")
    for text in ("free", "mone", "work", "html"):
        search.press_sequentially(text, delay=120)
        search.fill("")
    name = "words: a searched letter to the lists, p95"
    return [*found, _row(page, "word-ranks:search", name, REPAINT_BAR)]


def teach_row(page: Any, url: str) -> Row:
    """The text being read, typed at eight keys a second."""
    root = _open(page, f"{url}/nb-teach?nbe_text=&nbe_taught=c0-{LABELS - 1}", "teach-table")
    root.locator("textarea").press_sequentially(TEXT, delay=120)
    return _row(page, "teach-table:key", f"text read after {LABELS} labels: key, p95", TWO_FRAMES)


def _open(page: Any, url: str, widget: str) -> Any:
    page.goto(url)
    is_open = ':is([data-live="open"], [data-connection="open"])'
    page.wait_for_selector(f'[data-widget="{widget}"][data-ready="true"]{is_open}')
    page.wait_for_timeout(1000)
    page.evaluate("performance.clearMeasures()")
    return page.locator(f'[data-widget="{widget}"]')


def _row(page: Any, measure: str, what: str, bar: float) -> Row:
    times = page.evaluate(
        f"performance.getEntriesByName('genmodels:{measure}').map(m => m.duration)"
    )
    p95 = percentile(times, 0.95)
    return Row(
        what,
        p95,
        ratio=p95 / bar,
        bar="<= 1",
        note=f"of {bar:.0f} ms; median {statistics.median(times):.1f}, {len(times)} paints",
    )

"""Naive Bayes: fit and one message beside scikit-learn, and the editor from key to paint."""

import statistics
from typing import Any

from tests.bench import Row, alternate, chromium, percentile, row, served_app

TWO_FRAMES = 2000 / 60  # ms
SENTENCE = "Dear friend, please send the report about free credit before the meeting on Monday! "
KEYS = 200
KEYS_PER_SECOND = 12.0
SLIDER_STEPS = 20
REPAINT_BAR = 150.0  # ms, from a slider's key to the new numbers


def rows() -> list[Row]:
    return [*algorithm_rows(), *browser_rows()]


def algorithm_rows() -> list[Row]:
    """Peers: scikit-learn's estimators, and its CountVectorizer with the same vocabulary."""
    from sklearn import naive_bayes as reference
    from sklearn.feature_extraction.text import CountVectorizer

    from genmodels.datasets import spam
    from genmodels.naive_bayes import BernoulliNB, GaussianNB, MultinomialNB
    from genmodels.runs import spam_filter

    data = spam.load()
    X, y = data.counts, data.is_spam
    dense = X[:, :300].toarray().astype(float)
    text = spam.MESSAGES[3].text
    vectorizer = CountVectorizer(vocabulary=list(data.vocabulary))
    found: list[Row] = []
    for ours, theirs in (
        (MultinomialNB, reference.MultinomialNB),
        (BernoulliNB, reference.BernoulliNB),
    ):
        kind = ours.__name__.removesuffix("NB").lower()
        times = alternate(
            lambda ours=ours: ours.fit(X, y), lambda theirs=theirs: theirs().fit(X, y)
        )
        found.append(
            row(f"{kind} fit, 5,916 messages", *times, bar=">= 1", faster=True, note="scikit-learn")
        )
        settings = spam_filter.Settings(kind=kind)
        fitted = theirs().fit(X[data.train], y[data.train])
        times = alternate(
            lambda settings=settings: spam_filter.read(text, settings),
            lambda fitted=fitted: fitted.predict_proba(vectorizer.transform([text])),
            repetitions=200,
        )
        found.append(
            row(
                f"{kind}: one message, contributions included",
                *times,
                bar=">= 5",
                faster=True,
                note="transform + predict_proba, without contributions",
            )
        )
    times = alternate(
        lambda: GaussianNB.fit(dense, y), lambda: reference.GaussianNB().fit(dense, y)
    )
    found.append(
        row("gaussian fit, 5,916 x 300", *times, bar=">= 1", faster=True, note="scikit-learn")
    )
    changed = iter(range(10**6))

    def new_settings() -> None:
        settings = spam_filter.Settings(alpha=1 + 1e-6 * next(changed))
        spam_filter.held_out(settings)

    (milliseconds,) = alternate(new_settings)
    found.append(row("new alpha: model and its held-out test", milliseconds))
    return found


def browser_rows() -> list[Row]:
    """Headless Chromium: keys typed into a message at a quick typist's rate; a slider's step."""
    with served_app() as app, chromium() as browser:
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(f"{app.url}/naive-bayes")
        editor = '[data-widget="message-editor"][data-ready="true"]'
        page.wait_for_selector(f'{editor}[data-connection="open"][data-current="true"]')
        found = [key_row(page, "key to painted contributions, short message", "")]
        found.append(key_row(page, "the same in a message of 250 words", SENTENCE * 18))
        found.append(slider_row(page, editor))
        return found


def key_row(page: Any, what: str, before: str) -> Row:
    page.fill("textarea", before)
    page.wait_for_selector('[data-widget="message-editor"][data-current="true"]')
    page.evaluate("performance.clearMeasures()")
    typed = (SENTENCE * KEYS)[:KEYS]
    page.locator("textarea").press_sequentially(typed, delay=1000 / KEYS_PER_SECOND)
    page.wait_for_selector('[data-widget="message-editor"][data-current="true"]')
    times = page.evaluate(
        "performance.getEntriesByName('genmodels:message-editor:key').map(m => m.duration)"
    )
    p95 = percentile(times, 0.95)
    return Row(
        f"{what}, p95",
        p95,
        ratio=p95 / TWO_FRAMES,
        bar="<= 1",
        note=f"of two frames, {TWO_FRAMES:.1f} ms; median {statistics.median(times):.1f}, "
        f"{len(times)} paints of {len(typed)} keys",
    )


def slider_row(page: Any, editor: str) -> Row:
    """A slider's key to the repainted waterfall: by the live channel, ahead of the rerun."""
    page.wait_for_url(lambda url: "nb_text=" in url)
    page.get_by_role("slider", name="Prior P(spam)").focus()
    page.evaluate("performance.clearMeasures()")
    for _ in range(SLIDER_STEPS):
        page.keyboard.press("ArrowRight", delay=1000 / KEYS_PER_SECOND)
    page.wait_for_selector(f'{editor}[data-current="true"]')
    times = page.evaluate(
        "performance.getEntriesByName('genmodels:message-editor:key').map(m => m.duration)"
    )
    p95 = percentile(times, 0.95)
    return Row(
        "prior slider's key to the repainted waterfall, p95",
        p95,
        ratio=p95 / REPAINT_BAR,
        bar="<= 1",
        note=f"of {REPAINT_BAR:.0f} ms; median {statistics.median(times):.0f}, {len(times)} paints "
        f"of {SLIDER_STEPS} keys",
    )

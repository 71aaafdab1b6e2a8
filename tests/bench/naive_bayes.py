"""Naive Bayes: fit and one message beside scikit-learn, and the editor from key to paint."""

from tests.bench import Row, alternate, chromium, row, served_app
from tests.bench.naive_bayes_texts import LENGTHS, drag_row, key_row, slider_row

SLIDERS = ("Smoothing", "Prior P(spam)", "Training messages")


def rows() -> list[Row]:
    return [*algorithm_rows(), *browser_rows()]


def algorithm_rows() -> list[Row]:
    """Peers: scikit-learn's estimators, and its CountVectorizer with the same vocabulary."""
    from sklearn import naive_bayes as reference
    from sklearn.feature_extraction.text import CountVectorizer

    from genmodels.datasets import spam
    from genmodels.naive_bayes import BernoulliNB, GaussianNB, MultinomialNB
    from pages.nb import spam_filter

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
    """Headless Chromium: keys typed into a message; each slider stepped, one dragged."""
    widget = "message-editor"
    with served_app() as app, chromium() as browser:
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(f"{app.url}/naive-bayes")
        found = [slider_row(page, widget, "message", slider) for slider in SLIDERS]
        found.append(drag_row(page, widget, "message", "Prior P(spam)"))
        return found + [key_row(page, widget, "message", length) for length in LENGTHS]

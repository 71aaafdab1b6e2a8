"""A 320 x 213 picture in five segments, beside scikit-learn's fit and predict.

Both fit the same 5,000 pixels from the same start to the same tolerance (so as many iterations),
then label the same 68,160 pixels, on one thread. Ours gives every responsibility besides.
"""

from typing import Any

import numpy as np

from tests.bench import Row, alternate, chromium, percentile, row, served_app

K = 5
CHANGES = 30


def rows() -> list[Row]:
    return [*compute_rows(), *page_rows()]


def compute_rows() -> list[Row]:
    from threadpoolctl import threadpool_limits

    from genmodels.datasets import pictures
    from pages.gmm.segmentation.case import Settings

    found = []
    with threadpool_limits(1):
        for name in pictures.SAMPLES:
            picture = pictures.load(name)
            for settings in (Settings(K), Settings(K, "Lab", True)):
                found.append(fit_row(picture, settings))
        found.append(whole_row(pictures.load(pictures.SAMPLES[0])))
    return found


def fit_row(picture: Any, settings: Any) -> Row:
    from sklearn.mixture import GaussianMixture as ScikitLearn

    from genmodels import gmm
    from pages.gmm.segmentation import case as run

    X = run.features(picture, settings)
    known = run.segment(picture, settings)
    points, start = X[known.sample], known.models[0]
    precisions = np.linalg.inv(start.covariances)

    def ours() -> Any:
        model = gmm.fit(
            points,
            K,
            init=start,
            reg_covar=run.REGULARISATION,
            tol=run.TOLERANCE,
            max_iter=run.MAX_ITERATIONS,
        ).model
        return run.assigned(model, X)[0]

    def theirs() -> Any:
        mixture = ScikitLearn(
            K,
            reg_covar=run.REGULARISATION,
            tol=run.TOLERANCE,
            max_iter=run.MAX_ITERATIONS,
            weights_init=start.weights,
            means_init=start.means,
            precisions_init=precisions,
        ).fit(points)
        return mixture.predict(X)

    apart = int((ours() != theirs()).sum())
    mine, peer = alternate(ours, theirs, repetitions=9)
    place = " and place" if settings.position else ""
    return row(
        f"Segmentation, {picture.key}, K = {K}, {settings.space}{place}",
        mine,
        peer,
        bar="<= 1",
        note=f"peer: scikit-learn, fit and predict; {apart} of {len(X):,} labels differ",
    )


def whole_row(picture: Any) -> Row:
    """Everything that a new seed computes: EM, all pixels, k-means, scores, the payload."""
    from genmodels.kit.payload import encode
    from pages.gmm.segmentation import case as run
    from pages.gmm.segmentation import stage

    def whole() -> None:
        for cached in (run.features, run.segment, stage.stage):
            cached.cache_clear()
        encode(stage.stage(picture, run.Settings(K)))

    (mine,) = alternate(whole, repetitions=9)
    return row(f"Segmentation, K = {K}, with k-means, scores and payload", mine, bar="<= 1000 ms")


OBSERVE = """(root) => {
  window.changes = [];
  let since = null;
  document.addEventListener("keydown", (event) => { since ??= event.timeStamp; }, true);
  new MutationObserver(() => requestAnimationFrame(() => {
    const began = since;
    since = null;
    const channel = new MessageChannel();
    channel.port1.onmessage = () => {
      if (began !== null) window.changes.push(performance.now() - began);
    };
    channel.port2.postMessage(0);
  })).observe(root, { attributes: true, attributeFilter: ["data-stage"] });
}"""


def page_rows() -> list[Row]:
    """From a key on Seed to the painted segments of a run that nobody has asked for before."""
    from playwright.sync_api import expect

    with served_app() as served, chromium() as browser:
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(f"{served.url}/gmm-segmentation?gmms_k={K}")
        root = page.locator('[data-widget="segment-stage"][data-ready="true"]')
        root.wait_for()
        root.evaluate(OBSERVE)
        for _ in range(CHANGES):
            before = root.get_attribute("data-stage")
            page.get_by_label("Seed").first.press("ArrowUp")
            expect(root).not_to_have_attribute("data-stage", before, timeout=30_000)
        times = page.evaluate("window.changes")
        page.close()
    return [
        row(
            "Segmentation page, Seed change to painted segments, 95th percentile",
            percentile(times, 0.95),
            bar="<= 1000 ms",
            note=f"68,160 pixels, K = {K}; median {percentile(times, 0.5):.0f} of {len(times)}",
        )
    ]

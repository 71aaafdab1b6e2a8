"""EM beside scikit-learn's, and how smoothly the EM player scrubs.

The fit is the same 20 iterations from the same start on one thread. The scrub is 200 moves of the
transport's slider at 60 Hz in headless Chromium, from `event.timeStamp` to after the paint, read
from the widget's User Timing measures.
"""

import time
import warnings
from typing import Any
from urllib.parse import quote

import numpy as np

from tests.bench import Row, alternate, chromium, percentile, row, served_app

ITERATIONS = 20
K = 3
SIZES = (300, 1000, 10_000)

MOVES = 200
HZ = 60.0
DATA = "blobs-1000"
MEASURE = "genmodels:em-player:scrub"


def rows() -> list[Row]:
    return [*fit_rows(), *scrub_rows()]


# -- fitting -----------------------------------------------------------------------------------


def fit_rows() -> list[Row]:
    """Medians of alternating runs, and that both arrive at the same model."""
    from sklearn.exceptions import ConvergenceWarning
    from threadpoolctl import threadpool_limits

    from genmodels import gmm

    found = []
    with threadpool_limits(1), warnings.catch_warnings():
        # tol = 0 runs all iterations, and scikit-learn warns that it didn't converge.
        warnings.simplefilter("ignore", ConvergenceWarning)
        for covariance_type in gmm.COVARIANCE_TYPES:
            for N in SIZES:
                found.append(fit_row(covariance_type, N))
    return found


def fit_row(covariance_type: Any, N: int) -> Row:
    from sklearn.mixture import GaussianMixture as ScikitLearn

    from genmodels import gmm

    rng = np.random.default_rng(0)
    sizes = (N // 3, N // 3, N - 2 * (N // 3))
    centres = ((0.0, 0.0), (3.0, 1.0), (0.0, 3.0))
    X = np.concatenate([rng.normal(c, 1, (m, 2)) for c, m in zip(centres, sizes, strict=True)])
    start = gmm.fit(X, K, covariance_type=covariance_type, max_iter=1, rng=rng).start
    matrices = covariance_type in ("full", "tied")
    precisions = np.linalg.inv(start.covariances) if matrices else 1 / start.covariances

    def ours() -> gmm.EMTrace:
        return gmm.fit(
            X, K, covariance_type=covariance_type, init=start, max_iter=ITERATIONS, tol=0
        )

    def theirs() -> Any:
        return ScikitLearn(
            K,
            covariance_type=covariance_type,
            max_iter=ITERATIONS,
            tol=0,
            weights_init=start.weights,
            means_init=start.means,
            precisions_init=precisions,
        ).fit(X)

    apart = float(np.abs(ours().model.means - theirs().means_).max())
    mine, peer = alternate(ours, theirs, repetitions=15 if N < 10_000 else 9)
    return row(
        f"EM iteration, {covariance_type}, N = {N:,}, K = {K}",
        mine / ITERATIONS,
        peer / ITERATIONS,
        bar="<= 2",
        note=f"peer: scikit-learn; every step kept; means differ by {apart:.0e}",
    )


# -- scrubbing ---------------------------------------------------------------------------------


def scrub_rows() -> list[Row]:
    """From a slider move to the painted step, for 1,000 points and K = 5."""
    from genmodels.datasets import clustering

    points = clustering.load(DATA)
    with served_app() as served, chromium() as browser:
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(f"{served.url}/gmm?gmm_data={quote(points.title)}&gmm_k=5")
        page.locator('[data-widget="em-player"][data-ready="true"]').wait_for()
        # A page that didn't take the link would be measured on fewer points.
        page.get_by_text(points.source.caption()).wait_for()
        scrub(page)  # a rehearsal
        times, steps = scrub(page)
    if not times:
        raise RuntimeError(f"the page measured no {MEASURE}")
    note = f"{len(times)} paints of {MOVES} moves over {steps} steps, N = {len(points.X):,}, K = 5"
    return [
        row("EM player, scrub to painted step, median", percentile(times, 0.5), note=note),
        row(
            "EM player, scrub to painted step, 95th percentile",
            percentile(times, 0.95),
            bar="<= 16.7",
        ),
    ]


def scrub(page: Any) -> tuple[list[float], int]:
    """Moves the slider to and fro at 60 Hz; the measured times in ms, and how many steps it has."""
    slider = page.locator('[data-widget="em-player"] input[type="range"]').first
    steps = int(slider.get_attribute("max"))
    box = slider.bounding_box()
    middle = box["y"] + box["height"] / 2
    page.evaluate("performance.clearMeasures()")
    page.mouse.move(box["x"] + 8, middle)
    page.mouse.down()
    begin = time.perf_counter()
    for i in range(1, MOVES + 1):
        share = abs(i / (MOVES / 4) % 2 - 1)  # from end to end, four times
        page.mouse.move(box["x"] + 8 + share * (box["width"] - 16), middle)
        time.sleep(max(0.0, begin + i / HZ - time.perf_counter()))
    page.mouse.up()
    times = page.evaluate(
        "(name) => performance.getEntriesByName(name).map((m) => m.duration)", MEASURE
    )
    return times, steps

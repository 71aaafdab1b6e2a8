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
RUNS = 3
MEASURE = "genmodels:em-player:scrub"


def rows() -> list[Row]:
    return [*fit_rows(), *scrub_rows(), *control_rows()]


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
        bar=">= 2",
        faster=True,
        note=f"peer: scikit-learn; every step kept; means differ by {apart:.0e}",
    )


# -- scrubbing ---------------------------------------------------------------------------------


def scrub_rows() -> list[Row]:
    """From a slider move to the painted step, for 1,000 points and K = 5.

    The floor is the same page with one component and 272 points: what is left is the browser's
    own time and what else the machine does. Runs of the two take turns.
    """
    ours: list[float] = []
    floor: list[float] = []
    with served_app() as served, chromium() as browser:
        pages = [
            (open_player(browser, served.url, "blobs-1000", 5), ours),
            (open_player(browser, served.url, "old_faithful", 1), floor),
        ]
        for run in range(RUNS + 1):
            for page, kept in pages:
                page.bring_to_front()
                times = scrub(page)
                if run:  # the first is a rehearsal
                    kept.extend(times)
    if not ours or not floor:
        raise RuntimeError(f"a page measured no {MEASURE}")
    return [
        row(
            "EM player, scrub to painted step, median",
            percentile(ours, 0.5),
            percentile(floor, 0.5),
            note=f"N = 1,000, K = 5; {len(ours)} paints of {RUNS * MOVES} moves",
        ),
        row(
            "EM player, scrub to painted step, 95th percentile",
            percentile(ours, 0.95),
            percentile(floor, 0.95),
            bar="<= 16.7 ms",
            note="the bar is on the time; peer: the same page, N = 272, K = 1",
        ),
    ]


def open_player(browser: Any, url: str, name: str, components: int) -> Any:
    """A page whose player shows the set."""
    from genmodels.datasets import clustering

    points = clustering.load(name)
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(f"{url}/gmm?gmm_data={quote(points.title)}&gmm_k={components}")
    page.locator('[data-widget="em-player"][data-ready="true"]').wait_for()
    # A page that didn't take the link would be measured on other points.
    page.get_by_text(points.source.caption()).wait_for()
    return page


def scrub(page: Any) -> list[float]:
    """Moves the slider to and fro at 60 Hz; the measured times in ms."""
    slider = page.locator('[data-widget="em-player"] input[type="range"]').first
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
    times: list[float] = page.evaluate(
        "(name) => performance.getEntriesByName(name).map((m) => m.duration)", MEASURE
    )
    return times


# -- a control's change ------------------------------------------------------------------------

CHANGES = 40
OBSERVE = """(root) => {
  window.changes = [];
  let since = null;
  for (const kind of ["keydown", "pointerdown"]) {
    document.addEventListener(kind, (event) => { since = event.timeStamp; }, true);
  }
  const other = (record) => record.oldValue !== root.dataset.trace;
  new MutationObserver((records) => {
    if (!records.some(other) || since === null) return;
    const began = since;
    since = null;
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => window.changes.push(performance.now() - began);
      channel.port2.postMessage(0);
    });
  }).observe(root, { attributes: true, attributeFilter: ["data-trace"], attributeOldValue: true });
}"""


def control_rows() -> list[Row]:
    """From a key on Seed, K or Covariance to the painted stage of the new fit.

    Each change is a fit of 1,000 points that nobody has asked for before.
    """
    from playwright.sync_api import expect

    found = []
    with served_app() as served, chromium() as browser:
        for what, components, changes in (
            ("Seed", 3, CHANGES),
            ("Components", 1, 9),
            ("Covariance", 3, 12),
        ):
            page = open_player(browser, served.url, "blobs-1000", components)
            root = page.locator('[data-widget="em-player"]')
            root.evaluate(OBSERVE)
            times: list[float] = []
            for i in range(changes):
                if what == "Covariance":  # a seed that no covariance was fitted with
                    fit_anew(page, root, expect, "Seed")
                # Three covariances onward, three back: the list has four.
                fit_anew(page, root, expect, what, "ArrowUp" if i // 3 % 2 else "ArrowDown")
                times.append(page.evaluate("window.changes.at(-1)"))
            found.append(
                row(
                    f"EM page, {what} change to painted fit, 95th percentile",
                    percentile(times, 0.95),
                    bar="<= 150 ms",
                    note=f"N = 1,000; median {percentile(times, 0.5):.0f} ms of {len(times)}",
                )
            )
            page.close()
    return found


def fit_anew(page: Any, root: Any, expect: Any, what: str, choose: str = "") -> None:
    """Make the change and wait until its fit is painted and timed."""
    before, count = root.get_attribute("data-trace"), page.evaluate("window.changes.length")
    if what == "Covariance":
        page.get_by_role("combobox", name="Covariance").click()
        page.keyboard.press(choose)
        page.keyboard.press("Enter")
    else:
        page.get_by_label(what, exact=False).first.press("ArrowUp")
    expect(root).not_to_have_attribute("data-trace", before, timeout=30_000)
    for _ in range(50):  # the paint and its time come after the attribute
        page.wait_for_timeout(400)  # and a reader looks before the next change
        if page.evaluate("window.changes.length") > count:
            return
    raise RuntimeError(f"a change of {what} was painted and not timed")

"""Hidden Markov models: our loops and scans beside hmmlearn's compiled loops; the trellis."""

import time
from typing import Any

import numpy as np

from tests.bench import Row, alternate, chromium, percentile, row, served_app

MEASURE = "genmodels:trellis:scrub"
STEPS, HZ = 300, 60.0
ITERATIONS = 5
"""Ours walks once more for the last likelihood, and that is counted with them."""


def rows() -> list[Row]:
    return [*inference_rows(), *long_rows(), *scrub_rows()]


def inference_rows() -> list[Row]:
    from hmmlearn.hmm import CategoricalHMM

    from genmodels import hmm

    rng = np.random.default_rng(7)
    table = []
    for T, K in [(200, 10), (10, 3), (100, 3), (300, 3), (1000, 3)]:
        model = hmm.HiddenMarkovModel(
            rng.dirichlet(np.ones(K)),
            rng.dirichlet(np.ones(K), K),
            hmm.CategoricalEmission(rng.dirichlet(np.ones(6), K)),
        )
        peer = CategoricalHMM(K, n_features=6, init_params="")
        peer.startprob_, peer.transmat_ = model.initial, model.transition
        peer.emissionprob_ = model.emission.probabilities  # type: ignore[attr-defined]
        x = hmm.sample(model, T, rng).observations
        column = x[:, None]
        calls: list[tuple[str, Any, Any]] = [
            (
                "viterbi",
                lambda m=model, o=x: hmm.viterbi(m, o),
                lambda p=peer, c=column: p.decode(c),
            ),
            (
                "forward_backward",
                lambda m=model, o=x: hmm.forward_backward(m, o),
                lambda p=peer, c=column: p.score_samples(c),
            ),
        ]
        for name, ours, theirs in calls:
            mine, other = alternate(ours, theirs)
            table.append(
                row(
                    f"hmm.{name}, T = {T}, {K} states",
                    mine,
                    other,
                    bar="<= 5 ms" if T == 200 else "",
                    note="peer: hmmlearn, compiled, which keeps no steps",
                )
            )
    return table


def long_rows() -> list[Row]:
    """The scans on long sequences, beside hmmlearn's default implementation (log)."""
    from hmmlearn.hmm import CategoricalHMM, GaussianHMM

    from genmodels import hmm

    rng = np.random.default_rng(7)
    table = []
    cases = [("symbols", 10_000, 3), *(("bases", 48_502, K) for K in (2, 3, 4))]
    cases += [("bases, zeros in A", 48_502, 3), ("days", 17_345, 2), ("days", 17_345, 3)]
    for name, T, K in cases:
        A = np.full((K, K), 0.02 / (K - 1))
        np.fill_diagonal(A, 0.98)
        if "zeros" in name:
            A[0] = [0.98, 0.02, 0.0]
        pi = np.full(K, 1 / K)
        emission: hmm.Emission
        if name == "days":
            widths = 4.0 ** np.arange(K)[:, None, None]
            emission = hmm.GaussianEmission(rng.normal(0, 0.1, (K, 1)), widths)
            peer = GaussianHMM(
                K, "full", min_covar=0, covars_prior=0, covars_weight=0, init_params=""
            )
            start = {"means_": emission.means, "covars_": emission.covariances}
        else:
            emission = hmm.CategoricalEmission(rng.dirichlet(np.ones(4), K))
            peer = CategoricalHMM(K, n_features=4, init_params="")
            start = {"emissionprob_": emission.probabilities}
        model = hmm.HiddenMarkovModel(pi, A, emission)
        start |= {"startprob_": pi, "transmat_": A}
        peer.n_iter, peer.tol = ITERATIONS, -np.inf
        x = hmm.sample(model, T, rng).observations
        column = x.reshape(T, -1)

        def reset(peer: Any = peer, start: dict[str, Any] = start) -> Any:
            for field, value in start.items():
                setattr(peer, field, value)
            return peer

        def learn(model: hmm.HiddenMarkovModel = model, x: np.ndarray = x) -> None:
            hmm.baum_welch(model, [x], max_iter=ITERATIONS, tol=0, scan=True)

        calls: list[tuple[str, Any, Any, int, str]] = [
            (
                "smooth",
                lambda m=model, o=x: hmm.smooth(m, o),
                lambda r=reset, c=column: r().score_samples(c),
                *(1, "<= 1"),
            ),
            (
                "best_path",
                lambda m=model, o=x: hmm.best_path(m, o),
                lambda r=reset, c=column: r().decode(c),
                *(1, "<= 5"),
            ),
            (
                "Baum-Welch iteration",
                learn,
                lambda r=reset, c=column: r().fit(c),
                *(ITERATIONS, "<= 1"),
            ),
        ]
        for what, ours, theirs, times, bar in calls:
            mine, other = alternate(ours, theirs, repetitions=7)
            table.append(
                row(
                    f"hmm.{what}, {T} {name}, {K} states",
                    mine / times,
                    other / times,
                    bar=bar,
                    note="peer: hmmlearn, log",
                )
            )
    return table


def scrub_rows() -> list[Row]:
    """The scrubber dragged to and fro at 60 Hz through 10 states and 50 columns, each mode."""
    table = []
    with served_app() as served, chromium() as browser:
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        for mode in ("Viterbi", "forward", "posterior"):
            page.goto(f"{served.url}/hmm?hmm_preset=robot&hmm_mode={mode}&hmm_step=0")
            page.wait_for_selector('[data-widget="trellis"][data-ready="true"]')
            scrub = page.locator('[data-widget="trellis"] input.scrub')
            box = scrub.bounding_box()
            across = box["width"] - 16
            middle = box["y"] + box["height"] / 2
            page.mouse.move(box["x"] + 8, middle)
            page.mouse.down()
            for _ in range(2):  # a rehearsal, whose measures the next drag clears
                page.evaluate("performance.clearMeasures()")
                begin = time.perf_counter()
                for i in range(1, STEPS + 1):
                    turn = abs((i % 200) - 100) / 100
                    page.mouse.move(box["x"] + 8 + across * (1 - turn), middle)
                    time.sleep(max(0.0, begin + i / HZ - time.perf_counter()))
            page.mouse.up()
            times = page.evaluate(
                "(name) => performance.getEntriesByName(name).map((m) => m.duration)", MEASURE
            )
            table.append(
                row(
                    f"trellis scrub, 10 states x 50 steps, {mode}, 95th percentile",
                    percentile(times, 0.95),
                    bar="<= 16.7 ms",
                    note=f"{len(times)} frames, median {percentile(times, 0.5):.1f} ms",
                )
            )
    return table

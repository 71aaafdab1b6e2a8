"""High dimension: what columns of noise do to the four covariance types."""

import uuid
from typing import Any

import streamlit as st

from genmodels.gmm import COVARIANCE_TYPES
from genmodels.kit import frame, jobs
from genmodels.kit.figures import CONFIG
from pages.gmm.dimension import case as dimension
from pages.gmm.dimension import figures
from pages.gmm.dimension.case import DIMENSIONS, SIZES, Fit, Study
from pages.gmm.mixture_take_away import table_csv

SIZE_TEXTS = [str(n) for n in SIZES]
DIMENSION_TEXTS = [str(d) for d in DIMENSIONS]
DEFAULTS: dict[str, Any] = {"gmmh_n": "250", "gmmh_seed": 0, "gmmh_d": "100", "gmmh_cov": "full"}
REFRESH = 0.6

problems = frame.link_problems(
    "gmmh",
    {
        "gmmh_n": frame.checked_choice("gmmh_n", SIZE_TEXTS, "250"),
        "gmmh_seed": frame.checked_whole("gmmh_seed", 0, 99, 0),
        "gmmh_d": frame.checked_choice("gmmh_d", DIMENSION_TEXTS, "100"),
        "gmmh_cov": frame.checked_choice("gmmh_cov", COVARIANCE_TYPES, "full"),
    },
)


def show(**settings: Any) -> None:
    st.session_state.update({**DEFAULTS, **settings})


def visitor() -> str:
    return st.session_state.setdefault("gmmh_visitor", uuid.uuid4().hex)


def job_of(study: Study) -> tuple[jobs.Job | None, str | None]:
    """The study's job, watched unless this visitor cancelled it; why there is none."""
    if st.session_state.get("gmmh_stopped") == study:
        return jobs.find(study), None
    try:
        return dimension.watched(study, visitor()), None
    except RuntimeError as error:
        return jobs.find(study), str(error)


frame.header(
    "High dimension",
    "The same three clusters, padded with noise: a full covariance has to learn every pair.",
    r"\#\theta_{\text{full}} = (K-1) + Kd + K\,\tfrac{d(d+1)}{2}",
)


@st.fragment
def high() -> None:
    row = frame.stage_row()
    with row.controls:
        n = st.select_slider(
            "Training points $N$", SIZE_TEXTS, value="250", key="gmmh_n", bind="query-params"
        )
        frame.problem(problems.get("gmmh_n"))
        seed = st.number_input("Seed", 0, 99, 0, key="gmmh_seed", bind="query-params")
        frame.problem(problems.get("gmmh_seed"))
        st.caption("Open one fit:")
        d = st.select_slider(
            "Dimensions $d$", DIMENSION_TEXTS, value="100", key="gmmh_d", bind="query-params"
        )
        frame.problem(problems.get("gmmh_d"))
        covariance = st.selectbox(
            "Covariance", COVARIANCE_TYPES, key="gmmh_cov", bind="query-params"
        )
        frame.problem(problems.get("gmmh_cov"))
    study = Study(int(n), int(seed))
    with row.stage:
        stage(study)
    with row.inspector:
        inspector(study, int(d), covariance)


def stage(study: Study) -> None:
    job, _ = job_of(study)
    running = job is not None and not job.finished and jobs.ahead(job) is not None

    @st.fragment(run_every=REFRESH if running else None)
    def drawn(was_running: bool) -> None:
        job, full = job_of(study)
        frame.problem(full)
        if job is None:
            return
        if was_running and job.finished:
            st.rerun()
        frame.problem(job.failed)
        if not job.finished:
            progress(study, job)
        fits = [fit for fit in job.snapshot().values() if isinstance(fit, Fit)]
        st.plotly_chart(figures.study(fits, study.n), key="gmmh_chart", config=CONFIG)

    drawn(running)
    st.caption(
        "Dashed in the top panel: as many parameters as training points. Held out: nats a point "
        "and column, on 1,000 other points; ARI on the same. Toy clusters, drawn by this program "
        "with a seed: real clusters rarely come with columns of pure noise."
    )


def progress(study: Study, job: jobs.Job) -> None:
    stopped = st.session_state.get("gmmh_stopped") == study
    words = f"{job.done} of {job.total} fits"
    st.progress(job.done / job.total, text=f"Stopped after {words}." if stopped else words)

    def cancel() -> None:
        st.session_state["gmmh_stopped"] = study
        jobs.leave(study, visitor())

    def go_on() -> None:
        st.session_state["gmmh_stopped"] = None

    if stopped:
        st.button("Continue", key="gmmh_continue", on_click=go_on)
    else:
        st.button("Cancel", key="gmmh_cancel", on_click=cancel)


def inspector(study: Study, d: int, covariance: str) -> None:
    frame.inspect(dimension.parameters_opened(d, covariance))
    job, _ = job_of(study)
    results = {} if job is None else job.snapshot()
    fit = results.get((d, covariance))
    if isinstance(fit, Fit):
        st.table(
            {
                "": ["training", "held out", "ARI"],
                "value": [f"{fit.train:.3f}", f"{fit.held_out:.3f}", f"{fit.ari:.3f}"],
            },
            border="horizontal",
            hide_index=True,
        )
        st.caption(
            f"Nats a point. The fit gives its {study.n:,} training points "
            f"{fit.train - fit.held_out:.2f} nats more than new ones."
        )
        frame.problem(fit.note or None)
    fits = [f for f in results.values() if isinstance(f, Fit)]
    st.markdown("**Take away.**")
    frame.take_away(
        "gmmh",
        [
            frame.Download(
                "Table (CSV)",
                "dimension.csv",
                "text/csv",
                lambda: table_csv(
                    ["d", "covariance", "parameters", "train", "held_out", "ari", "note"],
                    dimension.table_rows(fits),
                ),
            ),
            frame.Download(
                "Script (Python)",
                "dimension.py",
                "text/x-python",
                lambda: dimension.script(d, covariance, study.n, study.seed),
            ),
        ],
    )


high()
frame.try_this(
    "gmmh",
    [
        frame.Try(
            "Few points",
            "60 points. In which dimension does the full covariance fail first?",
            lambda: show(gmmh_n="60", gmmh_d="20"),
        ),
        frame.Try(
            "Many points",
            "2,000 points. Does the full covariance survive 100 dimensions now?",
            lambda: show(gmmh_n="2000"),
        ),
        frame.Try(
            "The poorest shape",
            "The clusters and the noise have nearly one width. Who profits from so few parameters?",
            lambda: show(gmmh_cov="spherical"),
        ),
    ],
)

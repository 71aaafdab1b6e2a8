"""Choosing K: a sweep over K and covariance types, and the fits behind it one click away."""

import uuid
from typing import Any

import streamlit as st

from genmodels.gmm import COVARIANCE_TYPES
from genmodels.kit import frame, jobs
from genmodels.kit.figures import CONFIG
from pages.gmm import choose_k
from pages.gmm import choose_k_figures as figures
from pages.gmm import gmm_opened as arithmetic
from pages.gmm.choose_k import Fit, Sweep
from pages.gmm.em import setup as gmm_setup
from pages.gmm.mixture_run import Setup

REFRESH = 0.6  # s, while the sweep runs


@st.fragment
def choose() -> None:
    if st.session_state.pop("gmm_to_watch", False):
        st.rerun()  # the sections' control stands outside of this fragment
    row = frame.stage_row()
    with row.controls:
        setup = gmm_setup.controls()
    gmm_setup.link_state()
    sweep = choose_k.sweep_of(setup)
    with row.stage:
        name = st.segmented_control(
            "Criterion",
            list(choose_k.CRITERIA),
            default="BIC",
            required=True,
            key="gmm_by",
            bind="query-params",
            label_visibility="collapsed",
        )
        frame.problem(st.session_state.get("gmm_link_problems", {}).get("gmm_by"))
        _stage(sweep, name or "BIC", setup)
    with row.inspector:
        _inspector(sweep, setup)


def _visitor() -> str:
    return st.session_state.setdefault("gmm_visitor", uuid.uuid4().hex)


def _job(sweep: Sweep) -> tuple[jobs.Job | None, str | None]:
    """The sweep's job, watched unless this visitor cancelled it; why there is none."""
    if st.session_state.get("gmm_sweep_stopped") == sweep:
        return jobs.find(sweep), None
    try:
        return choose_k.watched(sweep, _visitor()), None
    except RuntimeError as error:
        return jobs.find(sweep), str(error)


def _stage(sweep: Sweep, name: str, setup: Setup) -> None:
    """Progress and chart, drawn again by themselves while the sweep runs."""
    job, _ = _job(sweep)
    running = job is not None and not job.finished and jobs.ahead(job) is not None

    @st.fragment(run_every=REFRESH if running else None)
    def drawn(was_running: bool) -> None:
        job, full = _job(sweep)  # looking again tells that someone still watches
        frame.problem(full)
        if job is None:
            return
        taken = st.session_state.pop("gmm_sweep_taken", False)
        if taken or (was_running and job.finished):
            st.rerun()  # the controls and the inspector stand outside of this fragment
        frame.problem(job.failed)
        if not job.finished:
            _progress(sweep, job)
        results = job.snapshot()
        fits = [fit for fit in results.values() if isinstance(fit, Fit)]
        st.plotly_chart(
            figures.criterion(fits, name, (setup.covariance, setup.K)),
            key="gmm_sweep",
            on_select=_take,
            selection_mode="points",
            config=CONFIG,
        )
        for (covariance, K), failed in results.items():
            if isinstance(failed, str):
                st.caption(f"{covariance}, K = {K}: {failed}.")

    drawn(running)
    st.caption(frame.plain_text(setup.points.source.caption()))


def _progress(sweep: Sweep, job: jobs.Job) -> None:
    stopped = st.session_state.get("gmm_sweep_stopped") == sweep
    before = jobs.ahead(job)
    words = f"{job.done} of {job.total} fits"
    if stopped:
        words = f"Stopped after {words}."
    elif before:
        words = f"{before} other sweeps come first."
    st.progress(job.done / job.total, text=words)

    def cancel() -> None:
        st.session_state["gmm_sweep_stopped"] = sweep
        jobs.leave(sweep, _visitor())

    def go_on() -> None:
        st.session_state["gmm_sweep_stopped"] = None

    if stopped:
        st.button("Continue", key="gmm_sweep_continue", on_click=go_on)
    else:
        st.button("Cancel", key="gmm_sweep_cancel", on_click=cancel)


def _take() -> None:
    """A clicked point's K and type become the page's."""
    chosen: Any = st.session_state.get("gmm_sweep")
    points = chosen.selection.points if chosen else []
    data = points[0].get("customdata") if points else None
    if data and data[0] in COVARIANCE_TYPES:
        st.session_state["gmm_cov"] = data[0]
        st.session_state["gmm_k"] = int(data[1])
        st.session_state["gmm_sweep_taken"] = True
        gmm_setup.forget_means()


def _watch(fit: Fit) -> None:
    st.session_state.update(
        gmm_k=fit.K, gmm_cov=fit.covariance, gmm_seed=fit.seed, gmm_section="Watch"
    )
    gmm_setup.forget_means()
    gmm_setup.goto(400)
    st.session_state["gmm_to_watch"] = True


def _inspector(sweep: Sweep, setup: Setup) -> None:
    job, _ = _job(sweep)
    results = {} if job is None else job.snapshot()
    fits = [fit for fit in results.values() if isinstance(fit, Fit)]
    chosen = results.get((setup.covariance, setup.K))
    if job is not None and job.finished and fits:
        st.markdown(choose_k.sentence(fits))
    if not isinstance(chosen, Fit):
        st.caption("Click a point of a curve, or set K and the covariance, to open its fit.")
        return
    st.markdown(
        f"**{chosen.covariance}, K = {chosen.K}**: the best of {choose_k.STARTS} starts, "
        f"seed {chosen.seed}."
    )
    if chosen.collapsed:
        st.caption("A component lost its width in every start: the likelihood says little.")
    st.button("Watch this fit", key="gmm_sweep_watch", on_click=_watch, args=(chosen,))
    numbers = {
        "BIC": lambda: arithmetic.bic(chosen.model, setup.points.X),
        "AIC": lambda: arithmetic.aic(chosen.model, setup.points.X),
        "held out": lambda: choose_k.held_out_opened(chosen),
    }
    tab = st.pills(
        "Open a number", list(numbers), key="gmm_sweep_tab", label_visibility="collapsed"
    )
    if tab:
        frame.inspect(numbers[tab]())
    st.caption(
        "BIC charges log N for each free parameter, AIC charges 2; held out charges nothing: "
        "new points do."
    )
    _winners(fits)


def _winners(fits: list[Fit]) -> None:
    found = {
        name: [choose_k.best(fits, name, covariance) for covariance in COVARIANCE_TYPES]
        for name in choose_k.CRITERIA
    }
    st.table(
        {
            "best K": list(COVARIANCE_TYPES),
            **{name: ["" if f is None else str(f.K) for f in row] for name, row in found.items()},
        },
        border="horizontal",
        hide_index=True,
    )

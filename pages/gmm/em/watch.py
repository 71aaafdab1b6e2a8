"""Watch and Break: the EM player on the set-up of the left column, its numbers opened."""

from typing import Any

import streamlit as st

from genmodels.kit import frame
from pages.gmm import em_player, mixture_run
from pages.gmm.em import point_editor
from pages.gmm.em import setup as gmm_setup
from pages.gmm.mixture_run import Run, Setup


@st.fragment
def watch() -> None:
    row = frame.stage_row()
    early = gmm_setup.ahead()
    if early is not None:
        density = bool(st.session_state.get("gmm_density"))
        run = mixture_run.run(early, density)
        with row.stage:
            view = player(early, run.payload, "gmm_player", density)
    with row.controls:
        setup = gmm_setup.controls()
        density = st.toggle("Density", key="gmm_density", bind="query-params")
    run = mixture_run.run(setup, density)
    if gmm_setup.editing():
        with row.stage:
            edit = st.toggle("Edit the points", value=True, key="gmm_edit")
        if edit:
            with row.stage:
                _editor(setup, run)
            with row.inspector:
                st.caption("Turn editing off to step EM on these points.")
                st.caption(run.summary)
            gmm_setup.link_state()
            return
    if early is None:
        with row.stage:
            view = player(setup, run.payload, "gmm_player", density)
    gmm_setup.link_state()
    with row.inspector:
        problems = st.session_state.get("gmm_link_problems", {})
        for field in ("gmm_step", "gmm_open", "gmm_means"):
            frame.problem(problems.get(field))
        openable = mixture_run.openable(run, view)
        selection = bool(openable) and next(iter(openable)) not in mixture_run.ALWAYS
        if not selection:
            st.caption(
                "Click a point for its responsibilities, or a mean for the sums of its M-step. "
                "Keys on the stage: n, p for points, m for means."
            )
        tab = st.pills(
            "Open a number",
            list(openable),
            default=next(iter(openable)) if selection else None,
            key=f"gmm_tab_{view.selected}",
            label_visibility="collapsed",
        )
        if tab:
            frame.inspect(openable[tab]())
        st.caption(run.summary)


def player(
    setup: Setup, payload: dict[str, Any], key: str, density: bool | None = None
) -> em_player.View:
    """The player with what belongs to it: degeneracies above, source below, its state linked.

    With `density` known, changes of K, covariance and seed are painted ahead of the rerun.
    """
    # A message that came and went would move the widget, which would then be made anew.
    with st.container():
        frame.problem(mixture_run.run(setup).message)
    live = None if density is None else mixture_run.asking(setup, density)
    view = em_player.em_player(
        payload,
        goto=st.session_state["gmm_goto"],
        key=key,
        live=live and {"asking": live, "follow": gmm_setup.FOLLOWED},
    )
    st.caption(frame.plain_text(setup.points.source.caption()))
    if view.means is not None and view.means != st.session_state["gmm_means"]:
        st.session_state["gmm_means"] = view.means
        gmm_setup.goto(0)
        st.rerun(scope="fragment")
    frame.set_link(
        {
            "gmm_step": view.step or None,
            "gmm_open": f"{view.selected.kind}:{view.selected.index}" if view.selected else None,
        }
    )
    return view


def _editor(setup: Setup, run: Run) -> None:
    """The stage as a sheet for points; each change fits anew."""
    own = st.session_state["gmm_clicked"]
    shown = len(own) >= 2 and not st.session_state.get("gmm_std")
    prepared = point_editor.payload(
        own,
        point_editor.box_of(own, st.session_state.get("gmm_box")),
        labels=setup.points.columns if shown else ("x", "y"),
        model=run.trace.model if shown and not mixture_run.singular(run.trace.model) else None,
    )
    st.session_state["gmm_box"] = prepared["range"]
    changed = point_editor.point_editor(prepared, key="gmm_editor")
    if changed is not None and changed != own:
        gmm_setup.place_points(changed)
        st.rerun(scope="fragment")

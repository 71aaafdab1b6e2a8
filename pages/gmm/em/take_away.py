"""Take away: the fitted model, its responsibilities, the picture, and a script that repeats it."""

import streamlit as st

from genmodels.kit import frame, script, svg
from pages.gmm import mixture_run
from pages.gmm import mixture_take_away as mixture
from pages.gmm.em import setup as gmm_setup
from pages.gmm.em import watch as gmm_watch
from pages.gmm.em_player import data_box
from pages.gmm.mixture_run import Setup


@st.fragment
def take_away() -> None:
    row = frame.stage_row()
    with row.controls:
        setup = gmm_setup.controls()
    run = mixture_run.run(setup)
    with row.stage:
        gmm_watch.player(setup, run.payload, "gmm_player_take_away")
    gmm_setup.link_state()
    with row.inspector:
        if mixture_run.singular(run.trace.model):
            st.caption("A component without width has no density: there is nothing to take away.")
        else:
            frame.take_away("gmm", downloads(setup))
            st.caption(
                "The script fits scikit-learn's mixture from this start and prints this page's "
                "figures. The picture as it stands on the stage: “PNG” under it."
            )
        st.caption(run.summary)


def downloads(setup: Setup) -> list[frame.Download]:
    """The files of one fit."""
    trace = mixture_run.fitted(setup)
    points, model = setup.points, trace.model
    source = points.source.caption()
    settings = {
        "seed": setup.seed,
        "init": "means placed by hand" if setup.means else setup.init,
        "reg_covar": setup.reg_covar,
        "tol": mixture_run.TOLERANCE,
        "iterations": len(trace.log_likelihood),
        "stopped": trace.stopped,
    }
    title = f"{points.title}: {setup.K} components, {setup.covariance} covariance"
    return [
        frame.Download(
            "Model (JSON)",
            "mixture.json",
            "application/json",
            lambda: mixture.model_json(
                model, columns=points.columns, source=source, settings=settings
            ),
        ),
        frame.Download(
            "Responsibilities (CSV)",
            "responsibilities.csv",
            "text/csv",
            lambda: mixture.responsibilities_csv(model, points.X, points.columns),
        ),
        frame.Download(
            "Picture (SVG)",
            "mixture.svg",
            "image/svg+xml",
            lambda: svg.mixture_svg(points.X, model, points.columns, title, data_box(points.X)),
        ),
        frame.Download(
            "Script (Python)",
            "mixture.py",
            "text/x-python",
            lambda: script.mixture_script(
                points.X,
                trace,
                columns=points.columns,
                source=source,
                reg_covar=setup.reg_covar,
                title=title,
            ),
        ),
    ]

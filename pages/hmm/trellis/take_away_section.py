"""Take away: the model, its posteriors, the trellis as a picture, a script that repeats it."""

import streamlit as st

from genmodels.datasets.sequences import PRESETS
from genmodels.kit import frame
from pages.hmm import hmm_take_away as export
from pages.hmm import trellis_run
from pages.hmm.trellis import setup as hmm_setup
from pages.hmm.trellis import take_away as picture
from pages.hmm.trellis.setup import Setup
from pages.hmm.trellis_widget import trellis


@st.fragment
def take_away() -> None:
    row = frame.stage_row()
    with row.controls:
        said = hmm_setup.controls()
    with st.container(key="hmm_tables_row"):
        tables = hmm_setup.tables(said["preset"])
    setup = hmm_setup.setup(said, tables)
    run = setup.run()
    with row.stage:
        if setup.stale:
            st.info("The files are of the last valid model and sequence.")
        frame.problem(run.message)
        last = {"token": run.payload["trace_id"], "step": run.payload["steps"] - 1}
        trellis(trellis_run.bare(run), goto=last, key="hmm_trellis_take_away")
        st.caption(PRESETS[setup.preset].source.caption())
    with row.inspector:
        st.markdown("**Take away.**")
        frame.take_away("hmm", downloads(run, setup))
        if trellis_run.has_missing(run):
            st.caption("hmmlearn takes no missing observations, so there is no script for these.")
        else:
            st.caption(
                "The script scores and decodes the sequence with hmmlearn and prints this page's "
                "numbers."
            )
        st.caption("The picture as it stands on the stage: “PNG” under it.")


def downloads(run: trellis_run.Run, setup: Setup) -> list[frame.Download]:
    """The files of one model and sequence."""
    chosen = PRESETS[setup.preset]
    source = chosen.source.caption()
    settings = {
        "observations": list(run.payload["seen"]),
        "log P(O), nats": trellis_run.finite(run.smooth.log_prob),
        "log P(O, best path), nats": trellis_run.finite(run.best.log_prob),
        "best path": [chosen.states[k] for k in run.best.path],
    }
    title = f"{chosen.title}: {setup.mode}"
    files = [
        frame.Download(
            "Model (JSON)", "hmm.json", "application/json",
            lambda: export.model_json(
                run.model, states=chosen.states, symbols=chosen.symbols, source=source,
                settings=settings,
            ),
        ),
        frame.Download(
            "Posteriors (CSV)", "posteriors.csv", "text/csv",
            lambda: export.posteriors_csv(
                run.smooth.posterior, run.payload["seen"], run.best.path.tolist(), chosen.states
            ),
        ),
        frame.Download(
            "Picture (SVG)", "trellis.svg", "image/svg+xml",
            lambda: picture.trellis_svg(
                run.best, run.smooth, setup.mode, chosen.states, run.payload["seen"], title
            ),
        ),
    ]  # fmt: skip
    if not trellis_run.has_missing(run):
        files.append(
            frame.Download(
                "Script (Python)", "hmm.py", "text/x-python",
                lambda: export.hmm_script(
                    run.model, [trellis_run.sequence(run)], source=source
                ),
            )
        )  # fmt: skip
    return files

"""Two paths, P(O) three ways, every path: what the model says of the sequence as it stands."""

from collections.abc import Callable

import streamlit as st

from genmodels.kit import frame
from genmodels.kit.figures import CONFIG
from genmodels.kit.opened import plain
from pages.hmm import trellis_run
from pages.hmm.trellis import costs as hmm_costs
from pages.hmm.trellis import figures
from pages.hmm.trellis import paths as hmm_paths
from pages.hmm.trellis import setup as hmm_setup
from pages.hmm.trellis.setup import Setup
from pages.hmm.trellis_widget import trellis


def read(body: Callable[[trellis_run.Run, Setup, frame.Stage], None]) -> None:
    """The controls and the tables around one section's stage and inspector."""
    row = frame.stage_row()
    with row.controls:
        said = hmm_setup.controls(with_mode=False)
        said["linear"] = bool(
            st.toggle("Plain numbers, not logs", key="hmm_linear", bind="query-params")
        )
    with st.container(key="hmm_tables_row"):
        tables = hmm_setup.tables(said["preset"])
    setup = hmm_setup.setup(said, tables)
    run = setup.run("posterior")
    with row.stage:
        if setup.stale:
            st.info("This is of the last valid model and sequence.")
        frame.problem(run.message)
    body(run, setup, row)


@st.fragment
def two_paths() -> None:
    read(_two_paths)


def _two_paths(run: trellis_run.Run, setup: Setup, row: frame.Stage) -> None:
    found = hmm_paths.compare(run)
    with row.stage:
        if found is None:
            st.info("An impossible sequence has neither a best path nor posteriors.")
            return
        last = run.payload["steps"] - 1
        goto = {"token": run.payload["trace_id"], "step": last, "selected": None}
        trellis(trellis_run.bare(run), goto=goto, key="hmm_two_paths")
        st.markdown(frame.plain_text(hmm_paths.words(found, run)))
        st.dataframe(hmm_paths.summary(found, run), hide_index=True)
        if found.differ:
            st.dataframe(hmm_paths.table(found, run), hide_index=True)
        st.caption(
            "Viterbi maximises the probability of the path as a whole; the posterior path the "
            "expected number of columns that are right. Each loses at the other's aim."
        )
    with row.inspector:
        which = st.pills(
            "Path", hmm_paths.NAMES, default=hmm_paths.NAMES[1], key="hmm_path",
            required=True, bind="query-params",
        )  # fmt: skip
        what = st.pills(
            "Number", hmm_paths.NUMBERS, default=hmm_paths.NUMBERS[0], key="hmm_path_number",
            required=True, bind="query-params",
        )  # fmt: skip
        for field in ("hmm_path", "hmm_path_number"):
            frame.problem(hmm_setup.problems().get(field))
        name = which or hmm_paths.NAMES[1]
        if what == hmm_paths.NUMBERS[1]:
            frame.inspect(hmm_paths.opened_right(found, run, name))
        else:
            frame.inspect(hmm_paths.opened(found, run, name, linear=setup.linear))


@st.fragment
def three_ways() -> None:
    read(_three_ways)


def _three_ways(run: trellis_run.Run, setup: Setup, row: frame.Stage) -> None:
    ways = hmm_costs.three_ways(run)
    K, T = run.model.n_states, len(run.observations)
    with row.stage:
        st.dataframe(hmm_costs.table(ways), hide_index=True)
        st.markdown(frame.plain_text(hmm_costs.meeting(ways)))
        st.plotly_chart(figures.costs(hmm_costs.costs(K, T), K, T), key="hmm_costs", config=CONFIG)
        st.caption(
            f"Exact multiplications for {K} states. Path by path a sequence one longer costs about "
            f"{K} times as much; forward, {K * (K + 1)} more."
        )
    with row.inspector:
        way = st.pills(
            "Open a sum", hmm_costs.WAYS, default=hmm_costs.WAYS[0], key="hmm_way",
            required=True, bind="query-params",
        )  # fmt: skip
        frame.problem(hmm_setup.problems().get("hmm_way"))
        opened = hmm_costs.opened(run, way or hmm_costs.WAYS[0], linear=setup.linear)
        frame.inspect(
            opened,
            f"{K}^{T} paths are too many to add up (at most {trellis_run.MAX_LISTED:,}): "
            "shorten the sequence.",
        )


@st.fragment
def every_path() -> None:
    read(_every_path)


def _every_path(run: trellis_run.Run, setup: Setup, row: frame.Stage) -> None:
    paths, by_path, by_forward = hmm_costs.counts(run)
    K, T = run.model.n_states, len(run.observations)
    with row.stage:
        st.markdown(
            f"Path by path: $N^T = {K}^{{{T}}}$ = **{hmm_costs.whole(paths)}** paths, "
            f"$(2T-1)N^T$ = **{hmm_costs.whole(by_path)}** multiplications.  \n"
            f"Forward: $N + (T-1)N(N+1)$ = **{by_forward:,}** multiplications, of the order "
            "$N^2T$."
        )
        proof = hmm_costs.proof(run)
        if proof is None:
            st.info(
                f"These are too many paths to list (at most {trellis_run.MAX_LISTED:,}): "
                "shorten the sequence."
            )
            return
        st.markdown(
            f"All paths add up to **{plain(proof.total, 10)}**; "
            f"the forward algorithm says **{plain(proof.forward, 10)}**."
        )
        st.dataframe(proof.rows, hide_index=True, height=min(35 * (proof.paths + 1) + 2, 420))
    with row.inspector:
        frame.inspect(hmm_costs.opened(run, "all paths", linear=setup.linear))

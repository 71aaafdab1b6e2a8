"""A sign of the reader's own: recorded, trained, renamed, deleted, exported, imported."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import streamlit as st

from genmodels.kit import frame
from genmodels.kit.figures import CONFIG
from genmodels.kit.opened import plain
from pages.hmm.gestures import case as run
from pages.hmm.gestures import figures


def attempt(act: Callable[[], None]) -> None:
    """Do something to the reader's signs; what is wrong is told beside them."""
    try:
        act()
    except ValueError as error:
        st.session_state["hmmg_own_problem"] = str(error)
    else:
        st.session_state["hmmg_own_problem"] = None


def show(link: str | None, link_problem: str | None, goto: Callable[[], None]) -> None:
    """Record five strokes, train, rename, delete, export, import."""
    state = st.session_state
    st.markdown("**A sign of your own.** Name it, draw it five times, train it.")
    record, train, keep = st.columns([3, 4, 3], gap="medium")
    with record:
        st.text_input("Name", key="hmmg_name", max_chars=run.MAX_NAME)
        st.toggle("Record what I draw", key="hmmg_record")
        n = len(state["hmmg_takes"])
        st.caption(
            f"{n} of {run.EXAMPLES} strokes"
            + ("; more help" if run.EXAMPLES <= n < run.MAX_EXAMPLES else "")
        )
        with st.container(horizontal=True, gap="small"):
            st.button(
                "Undo the last", key="hmmg_undo", disabled=not n,
                on_click=lambda: state.update(hmmg_takes=state["hmmg_takes"][:-1]),
            )  # fmt: skip
            st.button("Train", key="hmmg_train", type="primary", disabled=n < run.EXAMPLES,
                      on_click=attempt, args=(add_sign,))  # fmt: skip
        frame.problem(state["hmmg_own_problem"])
        frame.problem(link_problem)
    with train:
        names = [sign.name for sign in state["hmmg_signs"]]
        one, two = st.columns(2)
        one.slider("States", 1, run.MAX_STATES, run.STATES, key="hmmg_states", on_change=train_anew)
        two.slider(
            "Iterations", 1, run.MAX_ITERATIONS, run.ITERATIONS, key="hmmg_iterations",
            on_change=train_anew,
            help="At most so many. With a sign trained, moving it trains that sign anew: the race "
            "above runs with the model after so many iterations.",
        )  # fmt: skip
        if names:
            sign = chosen_sign()
            found = run.trained(sign, state["hmmg_by"])
            st.plotly_chart(
                figures.training(found.log_likelihood), key="hmmg_training", config=CONFIG
            )
            last = len(found.log_likelihood) - 1
            start, end = (plain(float(found.log_likelihood[t]), 4) for t in (0, last))
            st.caption(
                f"“{frame.plain_text(sign.name)}”, {sign.states} states, by {state['hmmg_by']}: "
                f"log P of its {len(sign.examples)} strokes from {start} to {end} nats in "
                f"{last} iteration{'s' if last > 1 else ''} of Baum-Welch."
            )
        else:
            st.caption("The log-likelihood of your strokes rises here, iteration by iteration.")
    with keep:
        if names:
            chosen = st.selectbox(
                "Your signs", names, index=len(names) - 1, key="hmmg_chosen", on_change=set_sliders
            )
            new = st.text_input("New name", key="hmmg_new", max_chars=run.MAX_NAME)
            with st.container(horizontal=True, gap="small"):
                st.button("Rename", key="hmmg_rename", disabled=not new, on_click=attempt,
                          args=(partial(rename, chosen),))  # fmt: skip
                st.button(
                    "Delete",
                    key="hmmg_delete",
                    on_click=attempt,
                    args=(partial(delete, chosen, goto),),
                )
                st.download_button(
                    "Export", partial(run.signs_json, state["hmmg_signs"]), file_name="signs.json",
                    mime="application/json", key="hmmg_export", on_click="ignore",
                )  # fmt: skip
            if link is not None and len(link) > frame.MAX_LINK_VALUE:
                st.caption("Too many strokes for the link: export them to keep them.")
        st.file_uploader("Import signs (JSON)", type="json", key="hmmg_file", on_change=load)


def add_sign() -> None:
    state = st.session_state
    signs = state["hmmg_signs"]
    if len(signs) >= run.MAX_OWN:
        raise ValueError(f"There may be {run.MAX_OWN} signs of your own; delete one first.")
    taken = [sign.name for sign in signs]
    sign = run.checked_own(
        state["hmmg_name"], state["hmmg_takes"], state["hmmg_states"], state["hmmg_iterations"],
        taken,
    )  # fmt: skip
    state["hmmg_signs"] = (*signs, sign)
    state["hmmg_chosen"] = sign.name
    state.update(hmmg_takes=(), hmmg_record=False, hmmg_name="")


def chosen_sign() -> run.Own:
    """The sign whose training is shown: the one chosen in the list, else the newest."""
    signs: tuple[run.Own, ...] = st.session_state["hmmg_signs"]
    chosen = st.session_state.get("hmmg_chosen")
    return next((sign for sign in signs if sign.name == chosen), signs[-1])


def set_sliders() -> None:
    """The sliders tell how the chosen sign was trained."""
    sign = chosen_sign()
    st.session_state.update(hmmg_states=sign.states, hmmg_iterations=sign.iterations)


def train_anew() -> None:
    """The chosen sign as the sliders say, unless strokes of a new one wait for its training."""
    state = st.session_state
    if not state["hmmg_signs"] or state["hmmg_takes"]:
        return
    chosen = chosen_sign()
    anew = replace(chosen, states=state["hmmg_states"], iterations=state["hmmg_iterations"])
    state["hmmg_signs"] = tuple(anew if s is chosen else s for s in state["hmmg_signs"])


def rename(name: str) -> None:
    state = st.session_state
    state["hmmg_signs"] = run.renamed(state["hmmg_signs"], name, state["hmmg_new"])
    state["hmmg_chosen"] = run.checked_name(state["hmmg_new"], [])
    state["hmmg_new"] = ""


def delete(name: str, goto: Callable[[], None]) -> None:
    state = st.session_state
    state["hmmg_signs"] = tuple(sign for sign in state["hmmg_signs"] if sign.name != name)
    state.pop("hmmg_chosen", None)
    if state["hmmg_signs"]:
        set_sliders()
    goto()


def load() -> None:
    file = st.session_state["hmmg_file"]
    if file is None:
        return
    state = st.session_state

    def add() -> None:
        state["hmmg_signs"] += run.signs_of(file.getvalue(), state["hmmg_signs"])
        state["hmmg_chosen"] = state["hmmg_signs"][-1].name
        set_sliders()

    attempt(add)

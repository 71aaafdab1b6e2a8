"""Watch it train: the map of 2,000 digits at 60 moments, recorded, or trained now."""

import uuid
from functools import partial
from typing import Any

import streamlit as st

from genmodels.datasets import mnist
from genmodels.kit import frame, jobs
from genmodels.kit.figures import DIGITS
from pages.vae.training import case as run
from pages.vae.training.latent_movie import latent_movie

SECTIONS = ["Recorded", "Train one now"]
REFRESH = 1.0  # s, while a training runs
MOMENT = frame.checked_whole("vtr_moment", 0, 59, 0)
PROBLEMS = frame.link_problems(
    "vtr",
    {
        "vtr_section": frame.checked_choice("vtr_section", SECTIONS, SECTIONS[0]),
        "vtr_moment": MOMENT,
        "vtr_seed": frame.checked_whole("vtr_seed", 0, run.MAX_SEED, 0),
    },
)


def goto(moment: int, **settings: Any) -> None:
    """Show a moment of the recorded film, or what the settings say."""
    st.session_state.update(settings)
    st.session_state["vtr_goto"] = {"token": uuid.uuid4().hex, "moment": moment}


if "vtr_goto" not in st.session_state:
    goto(MOMENT[0])

frame.header(
    "Watch it train",
    "Gradient steps on the ELBO: first every code lies in one spot, then the digits part.",
    r"\theta,\phi\leftarrow\theta,\phi+\eta\,\nabla\,\mathrm{ELBO}",
)
section = frame.sections("vtr", SECTIONS)


def inspector(shots: Any, moment: int) -> None:
    if not 0 <= moment < len(shots):
        st.caption("The first moment is on its way.")
        return
    openable = {"−ELBO": run.elbo, "|μ|²": run.spread}
    tab = st.pills(
        "Open a number",
        list(openable),
        default="−ELBO",
        key="vtr_tab",
        label_visibility="collapsed",
    )
    frame.inspect(openable[tab](shots[moment]) if tab else None, "Choose a number above.")


@st.fragment
def recorded() -> None:
    row = frame.stage_row((1.4, 7.4, 2.8))
    shots = run.recorded()
    with row.controls:
        for message in PROBLEMS.values():
            frame.problem(message)
        st.caption(
            "784-400-2-400-784 on 60,000 digits, 30 epochs. Moments lie evenly in the logarithm "
            "of the step: most happens early. Circles: one and two standard deviations of the "
            "prior."
        )
    with row.stage:
        film = run.recorded_payload()
        moment = latent_movie(
            film, goto=st.session_state["vtr_goto"], running=False, key="vtr_film"
        )
        st.caption(frame.plain_text(mnist.SOURCE.caption()))
    frame.set_link({"vtr_moment": moment or None})
    st.session_state["vtr_shot"] = moment
    with row.inspector:
        inspector(shots, moment)


def visitor() -> str:
    return str(st.session_state.setdefault("vtr_visitor", uuid.uuid4().hex))


def begin() -> None:
    seed = int(st.session_state["vtr_seed"])
    st.session_state["vtr_training"] = seed
    known = jobs.find(run.key(seed))
    goto(max(0, known.done - 1) if known else 0)


def stop() -> None:
    jobs.leave(run.key(st.session_state["vtr_training"]), visitor())
    st.session_state["vtr_training"] = None


def train_now() -> None:
    """Asks again each second while a training runs; a job of its own thread does the work."""
    seed = st.session_state.get("vtr_training")
    if seed is None:
        left, _ = st.columns([1, 3])
        with left:
            st.number_input("Seed", 0, run.MAX_SEED, 0, key="vtr_seed", bind="query-params")
            frame.problem(PROBLEMS.get("vtr_seed"))
            st.button("Train", on_click=begin, type="primary", key="vtr_begin")
        st.caption(
            "The plain VAE on 10,000 training digits, on this machine: about half a minute on one "
            "thread of lowest priority. Who asks for the same seed watches the same training."
        )
        known = jobs.find(run.key(int(st.session_state.get("vtr_seed") or 0)))
        if known is not None and known.done:
            films(known, int(st.session_state["vtr_seed"] or 0), False)
        return
    try:
        job = run.started(seed, visitor())
    except RuntimeError as error:
        frame.problem(str(error))
        st.button("Try again", key="vtr_again")
        return
    running = not job.finished

    @st.fragment(run_every=REFRESH if running else None)
    def drawn(was_running: bool) -> None:
        if st.session_state.get("vtr_training") != seed:
            st.rerun()  # stopped: what stands outside of this fragment must be drawn anew
        job = run.started(seed, visitor())  # looking again tells that someone still watches
        if was_running and job.finished:
            goto(job.done - 1)
            st.rerun()
        left, right = st.columns([5, 1])
        with left:
            before = jobs.ahead(job)
            words = f"Moment {job.done} of {job.total}"
            if before:
                words = f"{before} other computations come first."
            st.progress(job.done / job.total, text="Trained." if job.finished else words)
        with right:
            if job.finished:
                st.button("Another", on_click=stop, key="vtr_stop")
            else:
                st.button("Stop", on_click=stop, key="vtr_stop")
        frame.problem(job.failed)
        films(job, seed, was_running)

    drawn(running)


def films(job: jobs.Job, seed: int, running: bool) -> None:
    row = frame.stage_row((0.1, 8.0, 2.8))
    shots = run.shots_of(job)
    sent = st.session_state.get("vtr_sent", {}).get(seed, 0)
    st.session_state["vtr_sent"] = {seed: len(shots)}
    with row.stage:
        moment = latent_movie(
            run.running_payload(seed, job, sent if running else 0),
            goto=st.session_state["vtr_goto"],
            running=running,
            key=f"vtr_now_{seed}",
        )
        st.caption(frame.plain_text(mnist.SOURCE.caption()))
    with row.inspector:
        inspector(shots, len(shots) - 1 if running else moment)


if section == SECTIONS[0]:
    recorded()
    frame.try_this(
        "vtr",
        [
            frame.Try(
                "Before anything",
                "At step 0 the weights are random. Where will 2,000 codes lie?",
                partial(goto, 0),
            ),
            frame.Try(
                "After a few steps",
                "Which digit leaves the crowd first?",
                partial(goto, 24),
            ),
            frame.Try(
                "When the KL wakes",
                "Reconstruction falls at once. When does the KL begin to grow?",
                partial(goto, 32),
            ),
            frame.Try(
                "The end",
                "The last half of the training: how much of the loss is still won?",
                partial(goto, 59),
            ),
        ],
    )
    st.markdown("**Take away.** The recorded training.")
    at = int(st.session_state.get("vtr_shot", 0))
    shot = run.recorded()[at]
    frame.take_away(
        "vtr",
        [
            frame.Download(
                "Losses (CSV)", "losses.csv", "text/csv", partial(run.losses_csv, run.recorded())
            ),
            frame.Download(
                "This moment (JSON)",
                "moment.json",
                "application/json",
                partial(run.moment_json, shot),
            ),
            frame.Download(
                "Map (SVG)", "map.svg", "image/svg+xml", partial(run.map_svg, shot, DIGITS)
            ),
            frame.Download("Torch script", "train_vae.py", "text/x-python", run.script),
        ],
    )
else:
    train_now()

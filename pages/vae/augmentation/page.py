"""Data augmentation: do a CVAE's samples help where labels are few? Measured, with its errors."""

import uuid
from functools import partial
from typing import Any

import streamlit as st

from genmodels.datasets import mnist
from genmodels.kit import frame, jobs
from genmodels.kit.figures import CONFIG
from pages.vae.augmentation import board, figures
from pages.vae.augmentation import case as run
from pages.vae.augmentation import opened as arithmetic
from pages.vae.augmentation.board import Found
from pages.vae.augmentation.case import ARMS, LEARNERS, MAX_SEED, PER_CLASS, SEEDS, SIZES
from pages.vae.picture_sheets import Sheet, picture_sheets

SECTIONS = ["Accuracy", "Samples", "Changed"]
LABELS = [str(size) for size in SIZES]
ADDED = list(ARMS[1:])
REFRESH = 1.0  # s, while a run is computed
DEFAULTS: dict[str, Any] = {
    "vau_section": "Accuracy",
    "vau_size": "10",
    "vau_seed": 0,
    "vau_learner": LEARNERS[1],
    "vau_arm": ADDED[0],
}
PROBLEMS = frame.link_problems(
    "vau",
    {
        "vau_section": frame.checked_choice("vau_section", SECTIONS, SECTIONS[0]),
        "vau_size": frame.checked_choice("vau_size", LABELS, "10"),
        "vau_seed": frame.checked_whole("vau_seed", 0, MAX_SEED, 0),
        "vau_learner": frame.checked_choice("vau_learner", LEARNERS, LEARNERS[1]),
        "vau_arm": frame.checked_choice("vau_arm", ADDED, ADDED[0]),
    },
)
state = st.session_state


def show(**settings: Any) -> None:
    """A state worth seeing: what isn't named is the default."""
    state.update({**DEFAULTS, **settings})


frame.header(
    "Data augmentation",
    "A generator trained on the few labels makes more pictures of each class. Do they help?",
    r"x\sim p_\theta(x\mid z,y),\ z\sim\mathcal N(0,I)",
)
section = frame.sections("vau", SECTIONS)


def visitor() -> str:
    return str(state.setdefault("vau_visitor", uuid.uuid4().hex))


def setting_now() -> run.Setting:
    return run.Setting(int(state.get("vau_size") or 10), int(state.get("vau_seed") or 0))


def begin() -> None:
    state["vau_running"] = board.key(setting_now())


def stop() -> None:
    jobs.leave(board.key(setting_now()), visitor())
    state["vau_running"] = None


@st.fragment
def whole() -> None:
    """The page's experiment; asks again each second while a run of its own is computed."""
    row = frame.stage_row((1.7, 6.6, 3.0))
    with row.controls:
        st.radio("Labels a class", LABELS, key="vau_size", bind="query-params", horizontal=True)
        st.number_input(
            "Seed", 0, MAX_SEED, 0, key="vau_seed", bind="query-params",
            help=f"Draws the labels and all else. 0 to {SEEDS - 1} are stored; others are computed "
            "here.",
        )  # fmt: skip
        learner = st.radio("Classifier", LEARNERS, index=1, key="vau_learner", bind="query-params")
        arm = st.radio("Added to the labels", ADDED, key="vau_arm", bind="query-params")
        for message in PROBLEMS.values():
            frame.problem(message)
    setting = setting_now()
    job = progress(row.controls, setting)
    found = board.of(setting, job.snapshot() if job else None)
    draw(row, found, arm or ADDED[0], learner or LEARNERS[1])


def progress(controls: Any, setting: run.Setting) -> jobs.Job | None:
    """The run of a seed that isn't stored: a button to begin, then how far it is."""
    if setting.seed < SEEDS:
        return None
    known = jobs.find(board.key(setting))
    with controls:
        if state.get("vau_running") != board.key(setting):
            if known is None or not known.finished:
                st.button("Compute this seed", on_click=begin, type="primary", key="vau_begin")
                st.caption("A CVAE and eight classifiers: about half a minute.")
            return known
        try:
            job = board.started(setting, visitor())  # looking again tells that someone watches
        except RuntimeError as error:
            frame.problem(str(error))
            return known
        if job.finished:
            state["vau_running"] = None
            frame.problem(job.failed)
            return job
        waiting = jobs.ahead(job)
        words = f"{job.done} of {job.total}" if not waiting else f"{waiting} computations first"
        st.progress(job.done / job.total, text=words)
        st.button("Stop", on_click=stop, key="vau_stop")

        @st.fragment(run_every=REFRESH)
        def again(done: int) -> None:
            if job.done != done or job.finished:
                st.rerun()

        again(job.done)
    return job


def draw(row: frame.Stage, found: Found, arm: str, learner: str) -> None:
    if section == "Samples":
        samples(row, found)
    elif section == "Changed":
        changed(row, found, arm, learner)
    else:
        accuracy(row, found, arm, learner)


def accuracy(row: frame.Stage, found: Found, arm: str, learner: str) -> None:
    size = found.setting.size
    with row.stage:
        st.plotly_chart(figures.accuracies(learner, found), key="vau_curves", config=CONFIG)
        st.caption(
            f"Dots: {SEEDS} draws of labels; lines: their means; stars: the run on show. Whatever "
            "is added, half of what a classifier learns from is labelled digits, and it takes as "
            "many steps. Both: half of each."
        )
        st.table(
            {
                f"{learner}, points": ADDED,
                **{
                    f"{n} a class": [
                        f"{100 * one.mean:+.1f} ± {100 * one.error:.1f}: {one.verdict}".replace(
                            "-", "−"
                        )
                        for added in ADDED
                        for one in [board.difference(added, learner, n)]
                    ]
                    for n in SIZES
                },
            },
            border="horizontal",
            hide_index=True,
        )
        st.caption(frame.plain_text(mnist.SOURCE.caption()))
    with row.inspector:
        frame.inspect(arithmetic.difference(board.difference(arm, learner, size)))
        if one := found.results.get((arm, learner)):
            with st.expander("This run's accuracy"):
                frame.inspect(arithmetic.accuracy(one))


def samples(row: frame.Stage, found: Found) -> None:
    setting, made = found.setting, found.made
    digits = [k for k in range(10) for _ in range(PER_CLASS)]
    sheets = [
        Sheet("Labelled", board.labelled_sheet(setting), [f"a {k}" for k in digits], "", PER_CLASS)
    ]
    if made is not None:
        read = [int(made.judged[k * run.MADE + i]) for k in range(10) for i in range(PER_CLASS)]
        wrong = [i for i, (k, r) in enumerate(zip(digits, read, strict=True)) if k != r]
        sheets.append(
            Sheet(
                "By the CVAE",
                made.sheet,
                [f"asked for a {k}, read as a {r}" for k, r in zip(digits, read, strict=True)],
                f"{100 * made.as_asked.mean():.1f} % of 2,000 are read as asked; dashed: not",
                PER_CLASS,
                wrong,
            )
        )
    sheets.append(
        Sheet(
            "Moved",
            board.moved_sheet(setting),
            [f"a {k}, moved" for k in digits],
            f"turned by up to {run.TURN:.0f}°, moved by up to {run.SHIFT:.0f} pixels",
            PER_CLASS,
        )
    )
    with row.stage:
        start_id = f"{setting.size} {setting.seed} {made is not None}"
        at = picture_sheets(sheets, start_id, key="vau_sheets")
        if made is None:
            st.caption("The CVAE of this seed is not trained yet.")
        st.caption("Six of each digit, 0 to 9 from above.")
    with row.inspector:
        if made is None:
            frame.inspect(None, "Nothing to open yet.")
        elif at and sheets[at[0]].title == "By the CVAE":
            i = at[1]
            st.markdown(f"**Sample {i + 1}**: {sheets[at[0]].names[i]}.")
            frame.inspect(arithmetic.nearest(board.nearest(setting, made.sheet[i], digits[i])))
        else:
            frame.inspect(arithmetic.as_asked(made))
            st.caption("Press one of the CVAE's samples to see whether it is a copy.")


def changed(row: frame.Stage, found: Found, arm: str, learner: str) -> None:
    moved = board.changed(found, arm, learner)
    with row.stage:
        if moved is None:
            st.caption("This seed has not been computed so far: press Compute this seed.")
            return
        before = found.results[(board.ALONE, learner)]
        after = found.results[(arm, learner)]
        digits = mnist.shown()
        at = picture_sheets(
            [
                Sheet(
                    title,
                    digits.pictures[rows[: board.SHOWN]],
                    [
                        f"a {digits.labels[i]}: {before.guess[i]} before, {after.guess[i]} with"
                        for i in rows[: board.SHOWN].tolist()
                    ],
                    f"{len(rows)} of 2,000" + (f"; the first {board.SHOWN}" if len(rows) else ""),
                    5,
                )
                for title, rows in (("Became right", moved.gained), ("Became wrong", moved.lost))
                if len(rows)
            ],
            f"{found.setting} {arm} {learner}",
            key="vau_changed",
        )
        st.caption(
            f"{learner}: labels alone against labels and {arm}, one run. Differences in accuracy "
            "are what is left when the two are taken from each other."
        )
    with row.inspector:
        gained, lost = len(moved.gained), len(moved.lost)
        st.markdown(
            f"**{gained}** became right, **{lost}** wrong: {gained} − {lost} = **{gained - lost}** "
            f"of 2,000, {100 * (gained - lost) / 2000:+.2f} points."
        )
        if at:
            rows = [part for part in (moved.gained, moved.lost) if len(part)][at[0]]
            i = int(rows[at[1]])
            st.markdown(
                f"Test picture {mnist.shown().indices[i]}, a **{mnist.shown().labels[i]}**: "
                f"labels alone say **{before.guess[i]}**, with {arm} **{after.guess[i]}**."
            )
        else:
            st.caption("Press a picture to see both guesses.")


whole()
frame.try_this(
    "vau",
    [
        frame.Try(
            "Ten labels a class",
            "A CVAE of 100 digits makes 2,000 more. Will the small net gain by them?",
            partial(show),
        ),
        frame.Try(
            "A hundred a class",
            "A better generator, of 1,000 digits: do its samples help now?",
            partial(show, vau_size="100"),
        ),
        frame.Try(
            "Only moved",
            "Labelled digits turned and shifted a little, no generator: more or less than a CVAE?",
            partial(show, vau_arm="moved digits"),
        ),
        frame.Try(
            "What it was taught",
            "How many of the CVAE's samples are not what was asked for?",
            partial(show, vau_section="Samples"),
        ),
    ],
)
st.markdown("**Take away.** The script fits two of the arms again, from the digits beside it.")
now = setting_now()
frame.take_away(
    "vau",
    [
        frame.Download(
            "Figures (JSON)", "augmentation.json", "application/json", board.figures_json
        ),
        frame.Download("Accuracies (CSV)", "accuracies.csv", "text/csv", board.accuracies_csv),
        frame.Download(
            "Digits (NPZ)",
            "digits.npz",
            "application/octet-stream",
            partial(board.digits_npz, now),
        ),
        frame.Download("scikit-learn script", "augmentation.py", "text/x-python", board.script),
    ],
)

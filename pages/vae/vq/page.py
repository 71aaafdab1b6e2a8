"""VQ-VAE: a digit as 49 codes, changed by hand; the codebook's use; a prior that draws new ones."""

import uuid
from functools import partial
from typing import Any

import streamlit as st

from genmodels.datasets import mnist
from genmodels.kit import frame
from genmodels.kit.figures import CONFIG
from genmodels.kit.opened import plain
from pages.vae import digit_choice
from pages.vae.vq import case as vq_run
from pages.vae.vq import code_grid, figures
from pages.vae.vq import opened as arithmetic
from pages.vae.vq import prior as vq_prior_run
from pages.vae.vq import take_away as codes_export
from pages.vae.vq.case import PLACES, Edit, K
from pages.vae.vq.code_grid import Watched
from pages.vae.vq.prior import LABELS, TEMPERATURES, Setting

CODES, BOOK, PRIOR = "Codes", "Codebook", "Prior"
SECTIONS = [CODES, BOOK, PRIOR]
FIRST = 3
MAX_SEED = 9999
state = st.session_state


def checked_codes() -> tuple[Edit, str | None]:
    """The link's changed codes, and what is wrong with them."""
    text = frame.link_value("vvq_codes")
    if text is None:
        return Edit(), None
    try:
        return Edit.from_link(text), None
    except ValueError as error:
        said = f"The link's vvq_codes: {error}; it says “{text[:40]}”. Shown instead: no change."
        return Edit(), said


PLACE = frame.checked_whole("vvq_place", 1, PLACES, 0)
STEP = frame.checked_whole("vvq_step", 0, PLACES, PLACES)
SAMPLE = frame.checked_whole("vvq_sample", 1, vq_prior_run.N, 1)
CODE = frame.checked_whole("vvq_code", 0, K - 1, -1)
CHANGED = checked_codes()
PROBLEMS = frame.link_problems(
    "vvq",
    {
        **digit_choice.checks("vvq", default=FIRST),
        "vvq_section": frame.checked_choice("vvq_section", SECTIONS, CODES),
        "vvq_label": frame.checked_choice("vvq_label", LABELS, "none"),
        "vvq_temperature": frame.checked_choice("vvq_temperature", TEMPERATURES, "1"),
        "vvq_kept": frame.checked_whole("vvq_kept", 0, PLACES - 1, 0),
        "vvq_seed": frame.checked_whole("vvq_seed", 0, MAX_SEED, 0),
        "vvq_use": frame.checked_whole("vvq_use", 0, K - 1, 13),
        "vvq_place": PLACE,
        "vvq_step": STEP,
        "vvq_sample": SAMPLE,
        "vvq_code": CODE,
        "vvq_codes": CHANGED,
    },
)


def goto(edit: Edit, of: str | None = None) -> None:
    """Put the grid of codes to `edit`, of the digit `of`."""
    state["vvq_edit"], state["vvq_edit_id"], state["vvq_of"] = edit, uuid.uuid4().hex, of


def watch(at: Watched) -> None:
    """Put the prior's draw to `at`."""
    state["vvq_watch"], state["vvq_watch_id"] = at, uuid.uuid4().hex


if "vvq_edit" not in state:
    goto(Edit(CHANGED[0].changes, PLACE[0] - 1))
    watch(Watched(STEP[0], SAMPLE[0] - 1, CODE[0]))

frame.header(
    "VQ-VAE",
    "A picture as 49 whole numbers: each the nearest of 64 learnt vectors.",
    r"c_{ij}=\arg\min_k|f(x)_{ij}-e_k|^2,\qquad y=g(e_c)",
)


def show_codes(index: int, edit: Edit) -> None:
    """A state worth seeing: a test digit with changed codes."""
    state["vvq_section"], state["vvq_again"] = CODES, True
    digit_choice.put_test("vvq", index)
    goto(edit, f"test:{index}")


def show_book(code: int) -> None:
    state["vvq_section"], state["vvq_again"] = BOOK, True
    state["vvq_use"] = code


def show_prior(at: Watched, **settings: Any) -> None:
    """A state worth seeing: a draw from the prior."""
    start = {"vvq_label": "none", "vvq_temperature": "1", "vvq_kept": 0, "vvq_seed": 0}
    state.update({**start, **settings, "vvq_section": PRIOR, "vvq_again": True})
    watch(at)


def problems(*names: str) -> None:
    for name in names:
        frame.problem(PROBLEMS.get(name))


def digit_controls() -> Any:
    digit = digit_choice.choose_digit("vvq", default=FIRST)
    digit_choice.problems("vvq", PROBLEMS)
    problems("vvq_section")
    return digit


def opened(openable: dict[str, Any], first: str, key: str) -> None:
    """The numbers that open, and the open one."""
    tab = st.pills(
        "Open a number", list(openable), default=first, key=key, label_visibility="collapsed"
    )
    frame.inspect(openable[tab]() if tab else None, "Choose a number above.")


def source(digit: Any) -> None:
    st.caption(frame.plain_text(f"{digit.source}. {mnist.SOURCE.caption()}"))


# -- the three sections ------------------------------------------------------------------------


def codes_section() -> list[frame.Download]:
    row = frame.stage_row((2.0, 7.0, 2.6))
    with row.controls:
        digit = digit_controls()
        problems("vvq_codes", "vvq_place")
    if state["vvq_of"] not in (None, digit.id):
        goto(Edit(place=state["vvq_now"].place))
    state["vvq_of"] = digit.id
    pixels = digit.x.tobytes()
    one = vq_run.coded(pixels)
    start, start_id = state["vvq_edit"], state["vvq_edit_id"]
    with row.stage:
        code_grid.code_grid(code_grid.edit_payload(one, start, start_id), key="vvq_grid")
        edit = code_grid.edited(state.get("vvq_grid"), start, start_id)
        state["vvq_now"] = edit
        codes = tuple(vq_run.codes_now(pixels, edit).tolist())
        source(digit)
    place = edit.place if edit.place >= 0 else None
    frame.set_link({"vvq_codes": edit.to_link(), "vvq_place": None if place is None else place + 1})
    by_place = vq_run.nats_by_place(codes, None)
    logits = vq_run.logits(codes)
    bce = arithmetic.reconstruction(one.x, logits)
    length = arithmetic.code_length(by_place, codes, "Without knowing the digit.")
    with row.inspector:
        openable = {
            "BCE": lambda: bce,
            "nats": lambda: length,
            "by count": lambda: arithmetic.unigram(vq_run.counts(), codes),
            "at most": arithmetic.uniform,
            "bound": lambda: arithmetic.bound(bce.value, length.value),
        }
        if place is not None:
            book, vector, k = vq_run.codebook(), one.vectors[place], codes[place]
            near = {"distance": lambda: arithmetic.distance(vector, book, k)}
            openable = {**near, **openable}
        test, prior = vq_run.record(), vq_run.prior_record()
        opened(openable, next(iter(openable)), f"vvq_tab_{edit.place}")
        st.table(
            {
                "": ["BCE, nats", "codes, nats", "codes, bits", "sum, nats"],
                "here": [
                    plain(bce.value, 4),
                    plain(length.value, 4),
                    plain(vq_run.bits(length.value), 4),
                    plain(bce.value + length.value, 4),
                ],
                "test set": [
                    plain(test["bce"], 4),
                    plain(prior["nats"], 4),
                    plain(prior["bits"], 4),
                    plain(prior["bound"], 4),
                ],
            },
            border="horizontal",
            hide_index=True,
        )
    return [
        frame.Download(
            "Codes (JSON)", "codes.json", "application/json",
            partial(codes_export.record_json, pixels, codes),
        ),
        frame.Download(
            "Distances (CSV)", "distances.csv", "text/csv",
            partial(codes_export.distances_csv, pixels, codes),
        ),
        frame.Download(
            "Picture (SVG)", "codes.svg", "image/svg+xml", partial(codes_export.picture_svg, codes)
        ),
        frame.Download("NumPy script", "decode.py", "text/x-python", codes_export.script),
        frame.Download(
            "Weights", "vq-vae.safetensors", "application/octet-stream", codes_export.weights
        ),
    ]  # fmt: skip


def book_section() -> list[frame.Download]:
    row = frame.stage_row((2.0, 7.0, 2.6))
    test = vq_run.record()
    counts = vq_run.counts()
    with row.controls:
        digit = digit_choice.kept_digit("vvq", FIRST)
        problems("vvq_section")
        code = int(
            st.number_input("Code, 0 to 63", 0, K - 1, 13, 1, key="vvq_use", bind="query-params")
        )
        problems("vvq_use")
    with row.stage:
        st.markdown(f"**How often each code is used**, {test['pictures']:,} test pictures")
        st.plotly_chart(figures.use(counts, code), key="vvq_use_chart", config=CONFIG)
        st.markdown(f"**Where code {code} stands**: the share of digits that hold it there")
        st.plotly_chart(figures.where(vq_run.where(code)), key="vvq_where", config=CONFIG)
        st.caption("The map: the 2,000 test digits that ship.")
    with row.inspector:
        frame.inspect(arithmetic.perplexity(counts))
        st.table(
            {
                "a test picture": [
                    "BCE, nats",
                    "of a perfect copy",
                    "squared error",
                    "codes used",
                    "bits, at most",
                    "bits, by count",
                    "bits, prior",
                ],
                "": [
                    plain(test["bce"], 4),
                    plain(test["bce_least"], 4),
                    plain(test["mse_sum"], 4),
                    f"{test['codes_used']} of {K}",
                    plain(test["bits_at_most"], 4),
                    plain(vq_run.bits(vq_run.prior_record()["unigram_nats"]), 4),
                    plain(vq_run.prior_record()["bits"], 4),
                ],
            },
            border="horizontal",
            hide_index=True,
        )
    pixels = digit.x.tobytes()
    codes = tuple(vq_run.coded(pixels).codes.tolist())
    return [
        frame.Download(
            "Figures (JSON)", "codes.json", "application/json",
            partial(codes_export.record_json, pixels, codes),
        ),
        frame.Download("Use (CSV)", "codebook.csv", "text/csv", codes_export.use_csv),
    ]  # fmt: skip


def prior_section() -> list[frame.Download]:
    row = frame.stage_row((2.0, 7.0, 2.6))
    with row.controls:
        label = st.pills(
            "Digit asked for", LABELS, default="none", required=True, key="vvq_label",
            bind="query-params",
        )  # fmt: skip
        warmth = st.pills(
            "Temperature", TEMPERATURES, default="1", required=True, key="vvq_temperature",
            bind="query-params",
        )  # fmt: skip
        seed = st.number_input("Seed", 0, MAX_SEED, 0, 1, key="vvq_seed", bind="query-params")
        kept = st.slider(
            "Codes kept of a digit", 0, PLACES - 1, 0, key="vvq_kept", bind="query-params"
        )
        problems("vvq_label", "vvq_temperature", "vvq_seed", "vvq_kept")
        problems("vvq_step", "vvq_sample", "vvq_code", "vvq_codes", "vvq_place")
        digit = digit_controls()
    first = vq_run.coded(digit.x.tobytes()).codes[:kept].tolist() if kept else []
    setting = Setting(
        None if label in (None, "none") else int(label),
        float(warmth or "1"),
        tuple(first),
        int(seed),
    )
    start, start_id = state["vvq_watch"], state["vvq_watch_id"]
    at = code_grid.watched(state.get("vvq_draw"), start, start_id)
    state["vvq_watched"] = at
    found = vq_prior_run.drawn(setting)
    codes, nats = found.codes[at.sample], found.nats[at.sample]
    with row.stage:
        prepared = code_grid.prior_payload(setting, start, start_id, at)
        code_grid.code_grid(prepared, key="vvq_draw")
        if kept:
            st.caption(frame.plain_text(f"Kept: the first {kept} codes of {digit.source}."))
    frame.set_link(
        {
            "vvq_step": at.step if at.step < PLACES else None,
            "vvq_sample": at.sample + 1 if at.sample else None,
            "vvq_code": at.code if at.code >= 0 else None,
        }
    )
    place = min(at.step, PLACES - 1)
    drawn = int(codes[place])
    code = at.code if at.code >= 0 else drawn
    given = "Without a digit." if setting.label is None else f"Given that it is a {label}."
    with row.inspector:
        openable = {
            "next code": lambda: arithmetic.next_code(
                vq_prior_run.next_probabilities(setting, at.sample, place),
                setting.temperature, code, place, drawn,
            ),
            "nats": lambda: arithmetic.code_length(nats, codes, given),
            "by count": lambda: arithmetic.unigram(vq_run.counts(), codes),
            "chance": arithmetic.uniform,
        }  # fmt: skip
        opened(openable, "next code" if at.step < PLACES else "nats", f"vvq_open_{at.step}")
        test = vq_run.prior_record()
        st.table(
            {
                "nats a test picture": ["prior", "prior, digit given", "by count", "chance"],
                "": [
                    plain(test[name], 4)
                    for name in ("nats", "nats_given_label", "unigram_nats", "uniform_nats")
                ],
            },
            border="horizontal",
            hide_index=True,
        )
    return [
        frame.Download(
            "Draw (JSON)", "samples.json", "application/json",
            partial(vq_prior_run.samples_json, setting, at.sample),
        ),
        frame.Download(
            "Codes (CSV)", "samples.csv", "text/csv", partial(vq_prior_run.samples_csv, setting)
        ),
        frame.Download(
            "Picture (SVG)", "drawn.svg", "image/svg+xml",
            partial(codes_export.picture_svg, tuple(codes.tolist())),
        ),
        frame.Download("NumPy script", "draw.py", "text/x-python", vq_prior_run.script),
    ]  # fmt: skip


section = frame.sections("vvq", SECTIONS)
if state.get("vvq_seen") != section:  # its widget begins anew: where the reader left it
    if "vvq_now" in state and state.get("vvq_seen") == CODES:
        goto(state["vvq_now"], state["vvq_of"])
    if "vvq_watched" in state and state.get("vvq_seen") == PRIOR and section != PRIOR:
        watch(state["vvq_watched"])
    state["vvq_seen"] = section


@st.fragment
def body() -> None:
    if state.pop("vvq_again", False):
        st.rerun()
    made = {CODES: codes_section, BOOK: book_section, PRIOR: prior_section}[section]()
    frame.try_this(
        "vvq",
        [
            frame.Try(
                "One code",
                "One code of 49 is changed. How far does the picture change around it?",
                partial(show_codes, FIRST, Edit(((24, 5),), 24)),
            ),
            frame.Try(
                "A common code",
                "Is the codebook used evenly? Where would its commonest code stand?",
                partial(show_book, vq_run.blank()),
            ),
            frame.Try(
                "Finish my digit",
                "Three rows of a digit are kept. Will eight endings be eight digits?",
                partial(show_prior, Watched(21), vvq_kept=21),
            ),
            frame.Try(
                "Too warm",
                "At temperature 2, do draws get bolder, or stop being digits?",
                partial(show_prior, Watched(), vvq_temperature="2"),
            ),
        ],
    )
    st.markdown("**Take away.** The record and the script belong together.")
    frame.take_away("vvq", made)


body()

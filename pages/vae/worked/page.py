"""The VAE's worked example: one forward pass in six steps, each number held, dragged, opened."""

import hashlib
from collections.abc import Callable
from functools import partial

import streamlit as st

from genmodels.datasets import mnist
from genmodels.kit import frame
from genmodels.kit.opened import Opened, plain
from genmodels.vae import forward
from genmodels.vae.forward import Pass
from pages.vae import digit_choice
from pages.vae import forward_opened as arithmetic
from pages.vae import worked_run as run
from pages.vae import worked_take_away as export
from pages.vae.digit_choice import Digit, choose_digit
from pages.vae.worked.figures import balance
from pages.vae.worked.pass_steps import pass_steps, said
from pages.vae.worked_run import LECTURE, Place

PASS, GENERATE, BETWEEN = "Forward pass", "Generate", "Interpolate"
SCALES, COUNTS = "Two scales", "Parameters"
SECTIONS = [PASS, GENERATE, BETWEEN, SCALES, COUNTS]
MODES = {PASS: "epsilon", GENERATE: "z", BETWEEN: "between"}
CHART = {"displaylogo": False, "toImageButtonOptions": {"format": "svg"}}
DIGIT = 7
HINT = (
    "Click a pixel, a unit or a number to open it. A slider holds its number; what follows "
    "from it, follows."
)
state = st.session_state
# What stands on the stage. A fragment changes it, the buttons below read it when pressed.
SHOWN: dict[str, tuple[Pass, Place, str]] = state.setdefault("vwe_shown", {})


def shown_now(make: Callable[..., str]) -> Callable[[], str]:
    """`make` of what stands on the stage when the button is pressed."""
    shown = SHOWN
    return lambda: make(*shown["one"])


def show(section: str, place: Place, digit: int | None = None) -> None:
    """Go to a section and put its pass to `place`."""
    state["vwe_section"] = section
    if digit is not None:
        digit_choice.put_test("vwe", digit)
    begin(place)


def begin(place: Place) -> None:
    """Put the panels of the place's mode to it."""
    state[f"vwe_place_{place.mode}"] = place
    name = f"vwe_start_{place.mode}"
    state[name] = state.get(name, 0) + 1


def start_id(mode: str) -> str:
    return f"{mode}-{state[f'vwe_start_{mode}']}"


def current(mode: str) -> Place:
    """Where the reader stands in the panels of a mode, also after looking elsewhere."""
    place = said(f"vwe_{mode}", state[f"vwe_place_{mode}"], start_id(mode))
    state[f"vwe_place_{mode}"] = place
    return place


def panels(mode: str, digit: Digit) -> Opened | None:
    """The panels of a mode on `digit`; the open number."""
    place = current(mode)
    one = run.run(digit.x, place)
    x_id = hashlib.sha256(digit.id.encode()).hexdigest()[:12]
    pass_steps(digit.x, x_id, place, one, start_id(mode), key=f"vwe_{mode}")
    frame.set_link(run.to_link(place))
    SHOWN["one"] = (one, place, digit.source)
    return run.opened(place, one)


@st.fragment
def forward_pass() -> None:
    row = frame.stage_row((1.75, 7.0, 2.75))
    with row.controls:
        digit = choose_digit("vwe", default=DIGIT)
        digit_choice.problems("vwe", PROBLEMS)
        messages()
        st.button("The lecture's μ, σ, ε", on_click=begin, args=(LECTURE,), width="stretch")
        st.button("Start over", on_click=begin, args=(Place(),), width="stretch")
        st.caption(f"Shown: {digit.source}. {mnist.SOURCE.title}.")
    with row.stage:
        number = panels("epsilon", digit)
    with row.inspector:
        frame.inspect(number, HINT)
        if dict(current("epsilon").held) == run.LECTURE_HELD:
            lecture()


def lecture() -> None:
    """The lecture's numbers beside the exact ones."""
    lines = run.lecture()
    st.markdown("**The lecture's numbers**, exact and as it rounds them")
    st.table(
        {
            "": [line.name for line in lines],
            "exact": [plain(line.exact, 5) for line in lines],
            "rounded": [plain(line.rounded, 4) for line in lines],
            "printed": [line.printed.replace("-", "−") for line in lines],
        },
        hide_index=True,
        border="horizontal",
    )
    st.caption(
        "The lecture rounds σ and σ² to two decimals, then goes on: hence 1.345, where the exact "
        "sum is 1.34386."
    )


def messages() -> None:
    for name in run.NAMES:
        frame.problem(PROBLEMS.get(name))


def next_draw() -> None:
    seed = int(state.get("vwe_seed", 1)) % 9999 + 1
    state["vwe_seed"] = seed
    from_seed()


def from_seed() -> None:
    begin(Place(mode="z", z=run.draw(int(state["vwe_seed"]))))


@st.fragment
def generate() -> None:
    row = frame.stage_row((1.75, 7.0, 2.75))
    with row.controls:
        messages()
        st.number_input(
            "Seed of z", 1, 9999, 1, 1, key="vwe_seed", bind="query-params", on_change=from_seed
        )
        frame.problem(PROBLEMS.get("vwe_seed"))
        st.button("Draw again", on_click=next_draw)
        st.caption("No picture, no encoder: z is drawn from the prior and decoded.")
    with row.stage:
        number = panels("z", digits_of_link())
    with row.inspector:
        frame.inspect(number, "Click z for its log p(z), a unit for its sum. Drag z.")


@st.fragment
def interpolate() -> None:
    row = frame.stage_row((1.75, 7.0, 2.75))
    with row.controls:
        messages()
        st.button("The lecture's codes", on_click=begin, args=(Place(mode="between", opened="z1"),))
        place = current("between")
        st.table(
            {
                "": ["a", "b", "z"],
                "1": [plain(code[0]) for code in (place.a, place.b, place.latent)],
                "2": [plain(code[1]) for code in (place.a, place.b, place.latent)],
            },
            hide_index=True,
            border="horizontal",
        )
        st.caption("Drag a and b; α walks from a to b. By keys: a or b, then arrows.")
    with row.stage:
        number = panels("between", digits_of_link())
    with row.inspector:
        frame.inspect(number, "Click z₁ or z₂ to see it made of a and b.")


def digits_of_link() -> Digit:
    """Any picture: the decoder's panels don't show it."""
    return digit_choice.kept_digit("vwe", DIGIT)


@st.fragment
def two_scales() -> None:
    row = frame.stage_row((1.75, 7.0, 2.75))
    with row.controls:
        digit = choose_digit("vwe", default=DIGIT)
        digit_choice.problems("vwe", PROBLEMS)
        st.caption(f"Shown: {digit.source}. {mnist.SOURCE.title}.")
    place = state["vwe_place_epsilon"]
    one = run.run(digit.x, place)
    found = run.scales(one)
    SHOWN["one"] = (one, place, digit.source)
    frame.set_link(run.to_link(place))
    with row.stage:
        st.markdown(
            "**This pass.** The same picture, the same KL; only the error is added up anew."
        )
        st.plotly_chart(balance(found), key="vwe_balance", config=CHART)
        st.table(
            {
                "loss": [scale.name for scale in found],
                "reconstruction": [plain(scale.reconstruction, 4) for scale in found],
                "KL": [plain(scale.kl, 4) for scale in found],
                "KL's share": [f"{100 * scale.share:.1f} %" for scale in found],
                "as β": [f"{scale.beta:g}" for scale in found],
                "what it assumes": [scale.means for scale in found],
            },
            hide_index=True,
        )
        st.markdown(
            "**The lecture's sum.** A mean squared error of 0.025 *a pixel* plus a KL of 1.345 *a "
            "picture* is 1.370, of which KL is 98 %. Summed like the KL, the same error is 19.6."
        )
        st.plotly_chart(balance(run.lecture_scales()), key="vwe_balance_lecture", config=CHART)
        st.caption(
            "β = 784 in disguise: training then gives up the picture to save KL. This project's "
            f"model with β = 10 already keeps only {plain(run.beta_kl('beta-10'))} nats of KL a "
            f"picture, where the one with β = 1 keeps {plain(run.beta_kl('beta-1'))}."
        )
    with row.inspector:
        names = [*(scale.name for scale in found), *(f"{scale.name} + KL" for scale in found)]
        name = st.selectbox("Open", names, key="vwe_scale")
        i = names.index(name)
        number = (
            arithmetic.opened(found[i].opens, one, forward.weights())
            if i < len(found)
            else run.scale_sum(found[i - len(found)])
        )
        frame.inspect(number)


@st.fragment
def parameters() -> None:
    w = forward.weights()
    layers = [*w.encoder, *w.decoder]
    parts = {"encoder": w.encoder, "decoder": w.decoder, "together": (*w.encoder, *w.decoder)}
    row = frame.stage_row((1.75, 7.0, 2.75))
    with row.stage:
        st.table(
            {
                "layer": [layer.name for layer in layers],
                "in → out": [
                    f"{layer.weight.shape[1]} → {layer.weight.shape[0]}" for layer in layers
                ],
                "weights": [f"{layer.weight.size:,}" for layer in layers],
                "biases": [f"{layer.bias.size:,}" for layer in layers],
                "parameters": [f"{layer.parameters:,}" for layer in layers],
            },
            hide_index=True,
        )
        totals = {name: sum(layer.parameters for layer in part) for name, part in parts.items()}
        st.markdown(" · ".join(f"{name} **{total:,}**" for name, total in totals.items()))
        st.markdown(
            "A lecture that prints 315,184 for the decoder has slipped: it left out the 400 biases "
            "of `decoder_hidden`. $2\\times400+400+400\\times784+784=315{,}584$."
        )
        st.caption("Counted from the arrays of the trained model, `mnist-2d.safetensors`.")
    with row.controls:
        names = [*parts, *(layer.name for layer in layers)]
        name = st.radio("Open", names, index=1, key="vwe_layer", bind="query-params")
        frame.problem(PROBLEMS.get("vwe_layer"))
    with row.inspector:
        if name in parts:
            frame.inspect(arithmetic.network_count(name, parts[name]))
        else:
            frame.inspect(arithmetic.layer_count(layers[names.index(name) - len(parts)]))


# -- the link, once a visit --------------------------------------------------------------------

asked = frame.checked_choice("vwe_section", SECTIONS, PASS)[0]
asked_mode = MODES.get(asked, "epsilon")
linked, unsound = run.from_link({name: frame.link_value(name) for name in run.NAMES}, asked_mode)
PROBLEMS = frame.link_problems(
    "vwe",
    {
        **digit_choice.checks("vwe", DIGIT),
        "vwe_section": frame.checked_choice("vwe_section", SECTIONS, PASS),
        "vwe_seed": frame.checked_whole("vwe_seed", 1, 9999, 1),
        "vwe_layer": frame.checked_choice(
            "vwe_layer",
            ["encoder", "decoder", "together", *(n.name for n in forward.layers())],
            "decoder",
        ),
        **{name: (None, unsound.get(name)) for name in run.NAMES},
    },
)
if "vwe_start_epsilon" not in state:
    drawn = Place(mode="z", z=run.draw(frame.checked_whole("vwe_seed", 1, 9999, 1)[0]))
    for first in (Place(), drawn, Place(mode="between")):
        begin(first)
    if asked_mode != "z" or frame.link_value("vwe_z"):
        begin(linked)

frame.header(
    "A forward pass, step by step",
    "One picture through 784 → 400 → 2 → 400 → 784 numbers and back, and what it costs.",
    r"-\mathrm{ELBO}=-\log p(x\mid z)+\tfrac12\sum_j(\mu_j^2+\sigma_j^2-1-\log\sigma_j^2)",
)
section = frame.sections("vwe", SECTIONS)
frame.problem(PROBLEMS.get("vwe_section"))
{
    PASS: forward_pass,
    GENERATE: generate,
    BETWEEN: interpolate,
    SCALES: two_scales,
    COUNTS: parameters,
}[section]()

frame.try_this(
    "vwe",
    [
        frame.Try(
            "The lecture's numbers",
            "μ = (1.2, −0.8) and σ = (0.78, 0.55), whatever the picture. Whose digit comes out, "
            "and what does KL cost?",
            partial(show, PASS, LECTURE),
        ),
        frame.Try(
            "Two σ away",
            "The encoder is unsure by σ. If ε = (2, −2) is drawn, is it still the same digit?",
            partial(show, PASS, Place(epsilon=(2.0, -2.0), opened="z1"), DIGIT),
        ),
        frame.Try(
            "Halfway",
            "Halfway between two codes: half of each picture, or a third digit?",
            partial(show, BETWEEN, Place(mode="between", opened="z1")),
        ),
        frame.Try(
            "A sum of two scales",
            "An error averaged over 784 pixels plus a KL summed over 2: which of them will "
            "training care about?",
            partial(show, SCALES, Place()),
        ),
    ],
)
st.markdown("**Take away.**")
if "one" in SHOWN:
    frame.take_away(
        "vwe",
        [
            frame.Download(
                "Numbers (JSON)",
                "forward_pass.json",
                "application/json",
                shown_now(export.record),
            ),
            frame.Download(
                "Pixels (CSV)",
                "forward_pass.csv",
                "text/csv",
                shown_now(lambda one, *_: export.table(one)),
            ),
            frame.Download(
                "Picture (SVG)",
                "forward_pass.svg",
                "image/svg+xml",
                shown_now(lambda one, *_: export.picture(one)),
            ),
            frame.Download(
                "Script (NumPy)",
                "forward_pass.py",
                "text/x-python",
                shown_now(lambda one, place, _: export.script(one, place)),
            ),
            frame.Download(
                "Weights for the script",
                export.WEIGHTS,
                "application/octet-stream",
                export.weights,
            ),
        ],
    )

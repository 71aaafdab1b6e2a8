"""The worked example: where the reader stands in a forward pass, and the lecture's own numbers."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from genmodels.kit import links
from genmodels.kit.opened import Opened, literal, number
from genmodels.vae import forward
from genmodels.vae.forward import Pass
from genmodels.vae.record import describe
from pages.vae import forward_opened as arithmetic

STEPS = 7
"""Input, hidden layer, mu and log sigma^2, draw, decoder, output, losses."""
MODES = ("epsilon", "z", "between")
CODE_A, CODE_B = (1.4, -1.2), (-0.8, 0.9)
LECTURE_MU, LECTURE_LOG_VAR = (1.2, -0.8), (-0.5, -1.2)
LECTURE_EPSILON = (0.3, -0.7)
LECTURE_HELD = {"m1": 1.2, "m2": -0.8, "v1": -0.5, "v2": -1.2}
LECTURE_MSE = 0.025

Pair = tuple[float, float]


@dataclass(frozen=True)
class Place:
    """What is chosen and held. `mode` says where z comes from: "epsilon", "z", or "between" the
    codes a and b at alpha. `held` as in `forward.hold`; `opened` names an open number.
    """

    mode: str = "epsilon"
    epsilon: Pair = (0.0, 0.0)
    z: Pair = (0.0, 0.0)
    a: Pair = CODE_A
    b: Pair = CODE_B
    alpha: float = 0.5
    held: Mapping[str, float] = field(default_factory=dict)
    opened: str = ""
    step: int = STEPS - 1

    def __post_init__(self) -> None:
        if self.mode not in MODES:
            raise ValueError(f"mode must be one of {', '.join(MODES)}; got {self.mode!r}")
        for name in ("epsilon", "z", "a", "b"):
            pair = getattr(self, name)
            if len(pair) != 2 or not all(math.isfinite(v) and abs(v) <= 1000 for v in pair):
                raise ValueError(f"{name} must be two numbers within ±1000; got {pair}")
        if not 0 <= self.alpha <= 1:
            raise ValueError(f"alpha must be from 0 to 1; got {self.alpha}")
        if not 0 <= self.step < STEPS:
            raise ValueError(f"step must be from 0 to {STEPS - 1}; got {self.step}")
        if self.opened and not opens(self.opened):
            raise ValueError(f"opened must name a number of the pass; got {self.opened!r}")
        object.__setattr__(self, "held", forward.hold(self.held))

    @property
    def latent(self) -> Pair:
        """epsilon, or the z that is given."""
        if self.mode == "between":
            first, second = forward.between(self.a, self.b, self.alpha)
            return float(first), float(second)
        return self.z if self.mode == "z" else self.epsilon


def opens(name: str) -> bool:
    """Whether the page has a number called `name`."""
    return name in ("prior", "between1", "between2") or arithmetic.opens(name)


LECTURE = Place(epsilon=LECTURE_EPSILON, held=LECTURE_HELD, opened="kl")


def run(x: np.ndarray, place: Place) -> Pass:
    """The pass of x (784,) at `place`."""
    return forward.forward(x, place.latent, given_z=place.mode != "epsilon", held=place.held)


def opened(place: Place, one: Pass) -> Opened | None:
    """The open number."""
    from pages.vae import vae_opened as vae

    if not place.opened:
        return None
    if place.opened == "prior":
        return vae.prior(tuple(one.z))
    if place.mode == "between" and place.opened in ("between1", "between2", "z1", "z2"):
        return arithmetic.midpoint(place.a, place.b, place.alpha, int(place.opened[-1]) - 1)
    if place.opened.startswith("between"):
        return None
    if place.mode == "z" and place.opened in ("z1", "z2"):
        return vae.prior(tuple(one.z))
    return arithmetic.opened(place.opened, one, forward.weights())


def draw(seed: int) -> Pair:
    """z ~ N(0, I) of a seed."""
    first, second = np.random.default_rng(seed).standard_normal(2)
    return round(float(first), 4), round(float(second), 4)


# -- the lecture's numbers ---------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """One of the lecture's numbers: `exact`, `rounded` as the lecture goes on with it, `printed`,
    and where the rounding comes in.
    """

    name: str
    exact: float
    rounded: float
    printed: str
    why: str


def lecture() -> list[Line]:
    """mu = [1.2, -0.8], log sigma^2 = [-0.5, -1.2], epsilon = [0.3, -0.7], to the end.

    The lecture rounds sigma and sigma^2 to two decimals before it goes on.
    """
    lines = []
    kl = []
    for j, (m, v, e) in enumerate(zip(LECTURE_MU, LECTURE_LOG_VAR, LECTURE_EPSILON, strict=True)):
        sub = "₁₂"[j]
        sigma, variance = math.exp(v / 2), math.exp(v)
        s, s2 = round(sigma, 2), round(variance, 2)
        lines += [
            Line(f"σ{sub}", sigma, s, ("0.78", "0.55")[j], "two decimals"),
            Line(f"σ²{sub}", variance, s2, "", "two decimals"),
            Line(f"z{sub}", m + sigma * e, m + s * e, ("1.434", "-1.185")[j], f"from σ = {s}"),
        ]
        exact, rounded = (m * m + variance - 1 - v) / 2, (m * m + s2 - 1 - v) / 2
        kl.append((exact, rounded))
        printed = ("0.775", "0.570")[j]
        lines.append(Line(f"KL{sub}", exact, rounded, printed, f"from σ² = {s2}"))
    lines.append(Line("KL", sum(k[0] for k in kl), sum(k[1] for k in kl), "1.345", "from both σ²"))
    return lines


# -- two scales --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Scale:
    """One way to add up a loss: a reconstruction term and KL as they stand in the sum.

    `beta`: the KL weight that this sum has beside the sum over pixels of the same term.
    """

    name: str
    reconstruction: float
    kl: float
    beta: float
    opens: str
    means: str

    @property
    def share(self) -> float:
        """KL's part of the sum."""
        total = self.reconstruction + self.kl
        return self.kl / total if total else 0.0


def scales(one: Pass) -> list[Scale]:
    """BCE summed, MSE summed, MSE averaged, each beside the same summed KL."""
    kl = float(one.kl.sum())
    squared = float(one.mse.sum())
    return _scales(float(one.reconstruction), squared, kl)


def lecture_scales() -> list[Scale]:
    """The lecture's 0.025 a pixel beside its KL of 1.345, and the same error summed."""
    return _scales(None, LECTURE_MSE * 784, 1.345)


def _scales(bce: float | None, squared: float, kl: float) -> list[Scale]:
    found = [
        Scale(
            "MSE summed", squared, kl, 1.0, "sse",
            "−log p(x|z) of a normal with variance ½ a pixel: both are sums over the picture",
        ),
        Scale(
            "MSE averaged", squared / 784, kl, 784.0, "mse",
            "the same with KL counted 784 times: a normal with variance 392 a pixel",
        ),
    ]  # fmt: skip
    if bce is None:
        return found
    first = Scale(
        "BCE summed", bce, kl, 1.0, "reconstruction",
        "−log p(x|z) of Bernoulli pixels: what this model was trained with",
    )  # fmt: skip
    return [first, *found]


def scale_sum(scale: Scale) -> Opened:
    """reconstruction + KL on that scale, and KL's share."""
    total = scale.reconstruction + scale.kl
    return Opened(
        title=f"{scale.name} + KL",
        formula=r"\text{loss}=\text{reconstruction}+\mathrm{KL}",
        substitution=rf"{number(scale.reconstruction, 4)}+{number(scale.kl, 4)}",
        expression=f"{literal(scale.reconstruction)}+{literal(scale.kl)}",
        value=total,
        note=f"KL is {100 * scale.share:.1f} % of it. {scale.means}.",
    )


def beta_kl(name: str) -> float:
    """Mean KL a test picture of a trained beta-VAE, nats."""
    return float(describe(name)["test"]["kl"])


# -- the link ----------------------------------------------------------------------------------

NAMES = ("vwe_e", "vwe_z", "vwe_a", "vwe_b", "vwe_alpha", "vwe_held", "vwe_open", "vwe_step")


def to_link(place: Place) -> dict[str, str | None]:
    """The place in a link's values, as few as say it."""
    plain = Place()
    between, drawn = place.mode == "between", place.mode == "z"

    def pair(values: Sequence[float], unless: bool) -> str | None:
        return None if unless else ",".join(f"{value:.6g}" for value in values)

    return {
        "vwe_e": pair(place.epsilon, place.epsilon == plain.epsilon or place.mode != "epsilon"),
        "vwe_z": pair(place.z, not drawn),
        "vwe_a": pair(place.a, not between or place.a == CODE_A),
        "vwe_b": pair(place.b, not between or place.b == CODE_B),
        "vwe_alpha": f"{place.alpha:.4g}" if between else None,
        "vwe_held": "_".join(f"{name}:{value:.6g}" for name, value in place.held.items()) or None,
        "vwe_open": place.opened or None,
        "vwe_step": str(place.step) if place.step != plain.step else None,
    }


def from_link(values: Mapping[str, str | None], mode: str) -> tuple[Place, dict[str, str]]:
    """The place of a link under the page's `mode`, and a message for each unsound value."""
    readers: dict[str, tuple[str, Callable[[str], Any], str]] = {
        "vwe_e": ("epsilon", _pair, "two numbers within ±1000, as in 0.3,-0.7"),
        "vwe_z": ("z", _pair, "two numbers within ±1000, as in 0.3,-0.7"),
        "vwe_a": ("a", _pair, "two numbers within ±1000, as in 1.4,-1.2"),
        "vwe_b": ("b", _pair, "two numbers within ±1000, as in -0.8,0.9"),
        "vwe_alpha": ("alpha", float, "a number from 0 to 1"),
        "vwe_held": ("held", _held, "held numbers, as in m1:1.2_v2:-0.5"),
        "vwe_open": ("opened", str, "the name of a number on the page"),
        "vwe_step": ("step", int, f"a whole number from 0 to {STEPS - 1}"),
    }
    return links.read(values, readers, Place, mode=mode)


def place_from(state: Mapping[str, Any], default: Place) -> Place:
    """What the browser says, checked; `default` where it is unsound."""
    try:
        return Place(
            mode=default.mode,
            epsilon=_two(state["epsilon"]),
            z=_two(state["z"]),
            a=_two(state["a"]),
            b=_two(state["b"]),
            alpha=float(state["alpha"]),
            held={str(name): float(value) for name, value in dict(state["held"]).items()},
            opened=str(state["opened"]),
            step=int(state["step"]),
        )
    except (KeyError, IndexError, TypeError, ValueError, OverflowError):
        return default


def _two(values: Any) -> Pair:
    first, second = values
    return float(first), float(second)


def _pair(text: str) -> Pair:
    return _two(text.split(","))


def _held(text: str) -> dict[str, float]:
    pairs = [part.split(":") for part in text.split("_")]
    return {name: float(value) for name, value in pairs}

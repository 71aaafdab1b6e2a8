"""The family: every trained model that ships beside the plain one, and what each was told to do.

No Torch here, so that a page can list them. `genmodels.vae.build` trains them, `vae.load(name)`
gives them, `vae.describe(name)` their figures.
"""

from dataclasses import dataclass, fields

BETAS = (0.0, 0.25, 1.0, 2.0, 4.0, 10.0)
"""The KL's weights that have a trained model each."""
HELD_OUT_DIGIT = 4
"""The digit `without-digit` never saw. Its neighbour 9 was learnt, so the model can half fake it:
harder than another kind of picture, and not yet hopeless (9 itself, five epochs, tells AUROC 0.55
by reconstruction, 4 tells 0.77)."""
KINDS = ("plain", "deep", "conditional", "hierarchical")
SIGMA_OFF = -20.0
"""log sigma^2 of an autoencoder (beta 0), which has no sigma: 5e-5, nothing on any screen."""


@dataclass(frozen=True)
class Spec:
    """All that decides a member's weights, beside the data.

    `hidden` are the encoder's hidden widths from the pixels inwards; the decoder mirrors them.
    `latent` are the sizes of the latent levels, the lowest first (one, or two if hierarchical).
    `beta` weighs the KL; `free_nats` is what the upper level's KL may be for nothing;
    `kl_warm_up` epochs raise the KL's weight from 0. `without` is a digit left out of training.
    """

    kind: str
    hidden: tuple[int, ...]
    latent: tuple[int, ...]
    epochs: int
    beta: float = 1.0
    batch: int = 200
    learning_rate: float = 2e-3
    warm_up: int = 1
    average: float = 0.998
    kl_warm_up: int = 0
    free_nats: float = 0.0
    without: int = -1
    seed: int = 0
    limit: int = 0

    def __post_init__(self) -> None:
        checks = [
            ("kind", self.kind, self.kind in KINDS, f"one of {', '.join(KINDS)}"),
            ("hidden", self.hidden, all(n >= 1 for n in self.hidden) and self.hidden, "positive"),
            ("latent", self.latent, all(n >= 1 for n in self.latent) and self.latent, "positive"),
            ("epochs", self.epochs, self.epochs >= 1, "at least 1"),
            ("beta", self.beta, 0 <= self.beta < float("inf"), "at least 0 and finite"),
            ("batch", self.batch, self.batch >= 1, "at least 1"),
            ("learning_rate", self.learning_rate, self.learning_rate > 0, "above 0"),
            ("average", self.average, 0 <= self.average < 1, "in [0, 1)"),
            ("without", self.without, -1 <= self.without <= 9, "-1 (none) or a digit"),
            ("limit", self.limit, self.limit >= 0, "at least 0"),
        ]
        for name, value, good, expected in checks:
            if not good:
                raise ValueError(f"{name} must be {expected}; got {value}")

    @property
    def deterministic(self) -> bool:
        """Whether this is an autoencoder: beta 0, so z = mu, without a draw and without a KL."""
        return self.beta == 0

    @property
    def layers(self) -> str:
        """The widths in words: 784-400-2-400-784."""
        between = "+".join(map(str, self.latent))
        return "-".join(map(str, (784, *self.hidden, between, *self.hidden[::-1], 784)))

    def as_dict(self) -> dict[str, object]:
        """Plain values, for JSON."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {k: list(v) if isinstance(v, tuple) else v for k, v in values.items()}


def beta_name(beta: float) -> str:
    """The model of a beta: 0.25 -> "beta-0.25". Raises ValueError where none was trained."""
    if beta not in BETAS:
        raise ValueError(f"beta must be one of {', '.join(f'{b:g}' for b in BETAS)}; got {beta}")
    return f"beta-{beta:g}"


SPECS: dict[str, Spec] = {
    **{
        # 200 hidden units instead of 400: six models for the bytes of three.
        beta_name(beta): Spec("plain", (200,), (2,), epochs=40, batch=100, beta=beta)
        for beta in BETAS
    },
    "mnist-16": Spec("deep", (400, 200), (16,), epochs=50),
    "factor-1": Spec("deep", (256, 128), (10,), epochs=18, batch=100),
    "factor-4": Spec("deep", (256, 128), (10,), epochs=18, batch=100, beta=4.0),
    "cvae": Spec("conditional", (300,), (2,), epochs=20),
    "cvae-8": Spec("conditional", (300,), (8,), epochs=18, batch=100),
    "hierarchical": Spec("hierarchical", (400,), (14, 2), epochs=25, kl_warm_up=3, free_nats=3.0),
    "without-digit": Spec("deep", (256, 128), (16,), epochs=18, batch=100, without=HELD_OUT_DIGIT),
}
"""By name. Every model is built by `python -m genmodels.vae.build NAME --data DIR`."""

NAMES = tuple(SPECS)
PLANE = tuple(name for name, spec in SPECS.items() if spec.kind == "plain")
"""The plain models with two latents: whoever can show `mnist-2d` can show these."""


def spec(name: str) -> Spec:
    """What `name` was told to do. Raises ValueError for an unknown name."""
    if name not in SPECS:
        raise ValueError(f"model must be one of {', '.join(SPECS)}; got {name!r}")
    return SPECS[name]

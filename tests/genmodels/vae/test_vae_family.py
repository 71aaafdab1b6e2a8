"""The family: its models do what they say, train and resume exactly, and load from what ships."""

import dataclasses
import json
import math

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from genmodels import image_moments, vae
from genmodels.datasets import mnist
from genmodels.live.protocol import GOOD, request
from genmodels.vae import arrays, checkpoint, family, measures, record
from genmodels.vae.build import Build, loss_of, main, run
from genmodels.vae.conditional import CVAE, sample, train_small
from genmodels.vae.deep import DeepVAE, Terms
from genmodels.vae.family import SPECS, Spec
from genmodels.vae.hierarchical import HierarchicalVAE, gaussian_kl
from genmodels.vae.members import make
from pages.vae import latent_live as latent
from tests.live.talk import talk

SMALL = {
    "plain": Spec("plain", (8,), (2,), epochs=3, batch=20),
    "autoencoder": Spec("plain", (8,), (2,), epochs=3, batch=20, beta=0.0),
    "deep": Spec("deep", (8, 6), (3,), epochs=3, batch=20, without=9),
    "conditional": Spec("conditional", (8,), (2,), epochs=3, batch=20),
    "hierarchical": Spec(
        "hierarchical", (8,), (4, 2), epochs=3, batch=20, kl_warm_up=2, free_nats=1.0
    ),
}


@pytest.fixture(scope="module")
def digits() -> tuple[np.ndarray, np.ndarray]:
    shown = mnist.shown()
    return shown.pictures[:150], shown.labels[:150]


# -- what ships --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", family.NAMES)
def test_every_member_loads_and_has_its_stated_figures(name: str) -> None:
    spec, model, told = family.spec(name), vae.load(name), vae.describe(name)
    assert {**told["recipe"], **spec.as_dict()} == told["recipe"]
    assert len(told["history"]) == spec.epochs
    assert not any(p.requires_grad or p.dtype != torch.float32 for p in model.parameters())
    shown = mnist.shown()
    kept = (shown.labels != spec.without) & (np.arange(2000) < 800)
    terms = measures.terms_of(
        spec,
        model,
        shown.x[kept].astype(np.float32),
        shown.labels[kept],
        n_draws=1,
        rng=np.random.default_rng(0),
    )
    found, stated = measures.summary(terms), told["test"]
    assert found["bce"] == pytest.approx(stated["bce"], rel=0.05)
    if spec.deterministic:
        assert stated["kl"] is stated["elbo"] is found["kl"] is None
    else:
        assert found["kl"] == pytest.approx(stated["kl"], rel=0.08)
        assert stated["elbo"] == pytest.approx(stated["bce"] + stated["kl"], abs=1e-9)
        assert stated["bce"] > 0
        assert stated["kl"] > 0


def test_all_checkpoints_stay_within_their_budget() -> None:
    sizes = [(record.FOLDER / f"{name}.safetensors").stat().st_size for name in family.NAMES]
    assert sum(sizes) < 12e6
    every = sum(path.stat().st_size for path in record.FOLDER.iterdir())
    assert every < 25e6


def test_more_beta_means_less_rate_and_more_distortion() -> None:
    told = [vae.describe(family.beta_name(b))["test"] for b in family.BETAS]
    rates = [t["kl"] for t in told[1:]]
    assert rates == sorted(rates, reverse=True)
    # One seed each: neighbours may change places by the luck of a start, the ends can't.
    distortion = [t["bce"] for t in told]
    assert distortion[0] == min(distortion)
    assert distortion[-1] == max(distortion)
    assert distortion[-2] == sorted(distortion)[-2]
    best = min(t["elbo"] for t in told[1:])
    assert told[family.BETAS.index(1.0)]["elbo"] < best + 3
    assert told[-1]["elbo"] > best + 10


def test_more_beta_keeps_measured_factors_further_apart() -> None:
    scores = []
    x = mnist.shown().x
    for name in ("factor-1", "factor-4"):
        mu, log_var = arrays.encode(vae.load(name), x)
        z = mu + np.exp(log_var / 2) * np.random.default_rng(0).standard_normal(mu.shape)
        found = image_moments.mutual_information_gap(z, image_moments.table(x), bins=10)
        stated = vae.describe(name)["extra"]
        assert list(stated["mig_of"]) == list(image_moments.FACTORS)
        assert found.score == pytest.approx(stated["mig"], abs=0.05)
        scores.append((found.score, stated["mig"]))
    assert scores[1][0] > scores[0][0]
    assert scores[1][1] > scores[0][1]


def test_the_digit_left_out_is_told_apart_as_well_as_stated() -> None:
    shown, stated = mnist.shown(), vae.describe("without-digit")["extra"]
    assert stated["digit"] == family.HELD_OUT_DIGIT
    found = arrays.scores(
        vae.load("without-digit"), shown.x, rng=np.random.default_rng(0), n_draws=1
    )
    new = shown.labels == family.HELD_OUT_DIGIT
    for name, values in (("reconstruction", found.reconstruction), ("elbo", found.total)):
        assert measures.auroc(values[new], values[~new]) == pytest.approx(
            stated["auroc"][name], abs=0.04
        )
    assert 0.55 < stated["auroc"]["reconstruction"] < 0.95  # a hard pair, not a hopeless one


def test_both_levels_of_the_hierarchy_are_used() -> None:
    stated = vae.describe("hierarchical")
    assert stated["test"]["kl1"] > 10
    assert stated["test"]["kl2"] > 2
    assert (stated["extra"]["active1"], stated["extra"]["active2"]) == (14, 2)
    model = vae.load("hierarchical")
    upper = np.random.default_rng(0).standard_normal((50, 2))
    mu, _ = arrays.lower_prior(model, upper)
    assert mu.std(axis=0).mean() > 0.5  # the lower prior follows the upper level
    same = np.repeat(mu[:1], 50, axis=0)
    moved = arrays.decode_levels(model, same, upper)
    assert np.abs(moved - moved[0]).sum(axis=1).max() > 5  # and so does the decoder


def test_sixteen_latents_beat_the_reference() -> None:
    stated = vae.describe("mnist-16")["test"]
    assert stated["elbo"] < 102.5
    assert stated["binarised"]["elbo"] < 102.5


def test_an_autoencoder_has_no_sigma() -> None:
    model = vae.load("beta-0")
    _, log_var = model.encode(torch.from_numpy(mnist.shown().x[:5].astype(np.float32)))
    np.testing.assert_allclose(log_var.numpy(), family.SIGMA_OFF, rtol=1e-6)


def test_the_plane_has_live_routes_that_load_at_their_first_use() -> None:
    warm = {route.path: route.warm for route in latent.routes()}
    assert [path for path, yes in warm.items() if yes] == [
        "/live/decode/mnist-2d",
        "/live/encode/mnist-2d",
    ]
    assert {f"/live/decode/{family.beta_name(b)}" for b in family.BETAS} < set(warm)
    assert not any("mnist-16" in path or "cvae" in path for path in warm)
    z = np.array([0.5, -1.0], "<f4")
    [reply] = talk(latent.routes(), "/live/decode/beta-4", [request(7, z.tobytes())])
    assert reply[:2] == (7, GOOD)
    assert reply[2] == vae.decode_pixels(vae.shared("beta-4"), z[None])[0].tobytes()


def test_bad_files_and_names_are_told(tmp_path) -> None:
    with pytest.raises(ValueError, match=r"one of mnist-2d, beta-0, .*; got 'beta-7'"):
        vae.load("beta-7")
    with pytest.raises(ValueError, match=r"model must be one of beta-0, .*; got 'x'"):
        family.spec("x")
    with pytest.raises(ValueError, match=r"beta must be one of 0, 0\.25, .*; got 3"):
        family.beta_name(3)
    path = tmp_path / "cvae.safetensors"
    with pytest.raises(ValueError, match=r"cvae\.safetensors must be a safetensors file"):
        checkpoint.load("cvae", tmp_path)
    good = load_file(record.FOLDER / "cvae.safetensors")
    save_file({**good, "encoder_mu.bias": torch.zeros(3)}, path)
    with pytest.raises(ValueError, match=r"cvae\.safetensors must hold encoder_mu\.bias of shape"):
        checkpoint.load("cvae", tmp_path)
    save_file({**good, "encoder_mu.bias": torch.full((2,), math.inf).half()}, path)
    with pytest.raises(ValueError, match=r"must hold finite encoder_mu\.bias"):
        checkpoint.load("cvae", tmp_path)
    save_file({**good, "encoder_mu.bias": torch.zeros(2, dtype=torch.float64)}, path)
    with pytest.raises(ValueError, match=r"as float32 or float16; got: torch\.float64"):
        checkpoint.load("cvae", tmp_path)
    with pytest.raises(ValueError, match="dtype must be float32 or float16"):
        checkpoint.save(make(SMALL["plain"]), path, torch.float64)


# -- the models --------------------------------------------------------------------------------


def test_wrong_inputs_of_the_models_are_named() -> None:
    cvae, two = CVAE(latent=2, hidden=5), HierarchicalVAE(4, 2, 8, 6)
    deep = DeepVAE(3, (8, 6))
    x, zero = torch.zeros(2, 784), torch.zeros(2, dtype=torch.int64)
    for call, words in [
        (lambda: deep.encode(x[:, :5]), r"x must have shape \(N, 784\)"),
        (lambda: deep.decode(torch.zeros(2, 2)), r"z must have shape \(N, 3\)"),
        (lambda: cvae.encode(x, zero[:1]), r"y must have shape \(2,\); got \(1,\)"),
        (lambda: cvae.encode(x, zero + 10), "digits from 0 to 9; got 10 to 10"),
        (lambda: cvae.encode(x, zero - 1), "digits from 0 to 9"),
        (lambda: cvae.decode(torch.zeros(2, 2), zero.float()), "y must be integers"),
        (lambda: two.decode(torch.zeros(2, 3), torch.zeros(2, 2)), r"z1 must have shape \(N, 4\)"),
        (lambda: two.decode(torch.zeros(2, 4), torch.zeros(3, 2)), "as many rows; got 2 and 3"),
        (lambda: two.prior(torch.zeros(2, 4)), r"z2 must have shape \(N, 2\)"),
    ]:
        with pytest.raises(ValueError, match=words):
            call()


def test_the_digit_reaches_encoder_and_decoder() -> None:
    model = vae.load("cvae")
    x = torch.from_numpy(mnist.shown().x[:10].astype(np.float32))
    a, b = torch.zeros(10, dtype=torch.int64), torch.ones(10, dtype=torch.int64)
    assert not torch.equal(model.encode(x, a)[0], model.encode(x, b)[0])
    z = torch.zeros(1, 2).expand(10, 2)
    every = model.decode(z, torch.arange(10))
    assert every.shape == (10, 784)
    assert float(torch.cdist(every, every).fill_diagonal_(9).min()) > 1.0


def test_gaussian_kl_agrees_with_distributions(rng: np.random.Generator) -> None:
    mu, log_var, m, log_s = (torch.from_numpy(rng.normal(size=(5, 3))) for _ in range(4))
    expected = torch.distributions.kl_divergence(
        torch.distributions.Normal(mu, torch.exp(log_var / 2)),
        torch.distributions.Normal(m, torch.exp(log_s / 2)),
    )
    torch.testing.assert_close(gaussian_kl(mu, log_var, m, log_s), expected)


def test_two_levels_bound_the_evidence_of_a_small_model(rng: np.random.Generator) -> None:
    """E_q[log w] = -(BCE + KL1 + KL2): the terms against the log densities, draw by draw."""
    torch.manual_seed(0)
    model = HierarchicalVAE(3, 2, 6, 5, pixels=4).double()
    x = torch.tensor([[1.0, 0.0, 1.0, 1.0]], dtype=torch.float64)
    n = 40_000
    epsilon = {k: torch.from_numpy(rng.standard_normal((n, k))) for k in (3, 2)}
    normal = torch.distributions.Normal
    with torch.no_grad():
        terms = model.terms(x.expand(n, 4), x.expand(n, 4), torch.zeros(n), lambda _, k: epsilon[k])
        mu1, v1, mu2, v2 = model.encode(x)
        q1, q2 = normal(mu1, torch.exp(v1 / 2)), normal(mu2, torch.exp(v2 / 2))
        z1, z2 = mu1 + q1.scale * epsilon[3], mu2 + q2.scale * epsilon[2]
        m, s = model.prior(z2)
        pixel = torch.distributions.Bernoulli(logits=model.logits(z1, z2))
        log_w = (
            pixel.log_prob(x).sum(1)
            + normal(m, torch.exp(s / 2)).log_prob(z1).sum(1)
            + normal(0.0, 1.0).log_prob(z2).sum(1)
            - q1.log_prob(z1).sum(1)
            - q2.log_prob(z2).sum(1)
        )
    assert float(terms.total.mean()) == pytest.approx(-float(log_w.mean()), abs=0.03)


# -- training ----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", SMALL)
def test_a_run_that_resumes_goes_on_exactly(kind: str, digits, tmp_path) -> None:
    state = tmp_path / "state.safetensors"
    whole = run(Build(SMALL[kind], *digits))
    run(Build(SMALL[kind], *digits), state=state, until=1)
    again = Build(SMALL[kind], *digits)
    again.resume(state)
    run(again)
    for a, b in zip(whole.average.parameters(), again.average.parameters(), strict=True):
        assert torch.equal(a, b)
    assert whole.history == again.history
    assert whole.history[-1]["bce"] < whole.history[0]["bce"]


def test_a_state_of_another_recipe_or_none_is_refused(digits, tmp_path) -> None:
    state = tmp_path / "s.safetensors"
    run(Build(SMALL["plain"], *digits), state=state, until=1)
    other = dataclasses.replace(SMALL["plain"], beta=2.0)
    with pytest.raises(ValueError, match=r"same recipe; different: beta=1\.0 \(asked 2\.0\)"):
        Build(other, *digits).resume(state)
    state.write_bytes(b"nothing")
    with pytest.raises(ValueError, match=r"s\.safetensors must be a saved training state"):
        Build(other, *digits).resume(state)


def test_training_leaves_torchs_generator_alone(digits) -> None:
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    run(Build(SMALL["deep"], *digits), until=1)
    assert torch.equal(torch.rand(3), expected)


def test_the_held_out_digit_is_never_trained_on(digits) -> None:
    build = Build(SMALL["deep"], *digits)
    assert not bool((build.labels == 9).any())
    assert len(build.labels) == int((digits[1] != 9).sum())


def test_the_loss_weighs_warms_and_frees() -> None:
    terms = Terms(torch.full((4,), 100.0), (torch.full((4,), 10.0), torch.full((4,), 0.5)))
    spec = SMALL["hierarchical"]  # warm-up 2, free 1
    assert float(loss_of(spec, terms, 0)) == pytest.approx(100 + (10 + 1) / 3)
    assert float(loss_of(spec, terms, 9)) == pytest.approx(111)
    one = Terms(torch.full((4,), 100.0), (torch.full((4,), 10.0),))
    assert float(loss_of(dataclasses.replace(SMALL["plain"], beta=4.0), one, 0)) == 140
    assert float(loss_of(SMALL["autoencoder"], one, 0)) == 100


@pytest.mark.parametrize(
    "change, words",
    [
        ({"kind": "flow"}, "kind must be one of plain, .*; got flow"),
        ({"beta": -1.0}, "beta must be at least 0"),
        ({"beta": math.nan}, "beta must be at least 0"),
        ({"latent": ()}, "latent must be positive"),
        ({"epochs": 0}, "epochs must be at least 1; got 0"),
        ({"without": 12}, "without must be -1"),
    ],
)
def test_a_recipe_is_checked(change: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        dataclasses.replace(SMALL["plain"], **change)


def test_the_command_names_what_is_wrong(tmp_path, monkeypatch) -> None:
    monkeypatch.delenv("GENMODELS_DATA", raising=False)
    with pytest.raises(SystemExit, match="--data must name a folder"):
        main(["cvae"])
    with pytest.raises(SystemExit, match="model must be one of beta-0"):
        main(["gan", "--data", str(tmp_path)])
    with pytest.raises(SystemExit, match="must hold train-images"):
        main(["cvae", "--data", str(tmp_path)])


def test_a_cvae_of_a_few_labels_learns_them() -> None:
    shown = mnist.shown()
    pick = np.concatenate([np.flatnonzero(shown.labels == k)[:10] for k in range(10)])
    torch.manual_seed(1)
    before = torch.random.get_rng_state()
    model = train_small(
        shown.x[pick],
        shown.labels[pick],
        rng=np.random.default_rng(0),
        steps=250,
        hidden=64,
        latent=2,
    )
    assert torch.equal(before, torch.random.get_rng_state())
    drawn = sample(model, np.repeat(np.arange(10), 5), rng=np.random.default_rng(1))
    assert drawn.shape == (50, 784)
    assert drawn.min() >= 0
    assert drawn.max() <= 1
    means = np.stack([shown.x[shown.labels == k].mean(axis=0) for k in range(10)])
    nearest = ((drawn[:, None] - means) ** 2).sum(axis=2).argmin(axis=1)
    assert (nearest == np.repeat(np.arange(10), 5)).mean() > 0.6
    with pytest.raises(ValueError, match="N >= 1"):
        train_small(shown.x[:0], shown.labels[:0], rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match=r"lie in \[0, 1\]"):
        train_small(shown.pictures[:2], shown.labels[:2], rng=np.random.default_rng(0))


def test_auroc_counts_pairs(rng: np.random.Generator) -> None:
    a, b = rng.integers(0, 5, 30).astype(float), rng.integers(0, 4, 20).astype(float)
    pairs = [(x > y) + 0.5 * (x == y) for x in a for y in b]
    assert measures.auroc(a, b) == pytest.approx(np.mean(pairs), abs=1e-12)
    with pytest.raises(ValueError, match="both sides"):
        measures.auroc(a, b[:0])


def test_records_are_finite_json() -> None:
    for name in SPECS:
        text = (record.FOLDER / f"{name}.json").read_text()
        json.loads(text, parse_constant=pytest.fail)

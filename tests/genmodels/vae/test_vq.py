"""The digit classifier, the VQ-VAE and the prior over its codes."""

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from genmodels.datasets import mnist
from genmodels.vae import classifier, describe, loop, vq, vq_train


def test_the_classifier_tells_the_shown_digits_apart() -> None:
    shown = mnist.shown()
    p = classifier.shared().probabilities(shown.x)
    assert p.shape == (2000, 10)
    assert np.allclose(p.sum(1), 1.0, atol=1e-12)
    accuracy = (p.argmax(1) == shown.labels).mean()
    assert accuracy == pytest.approx(describe("digit-classifier")["test"]["accuracy"], abs=0.006)
    assert accuracy > 0.985


def test_probabilities_are_the_last_layer_of_the_features() -> None:
    model, x = classifier.shared(), mnist.shown().x[:50]
    features = model.features(x)
    assert features.shape == (50, classifier.FEATURES)
    assert features.min() >= 0
    scores = features @ model.scores.weight.numpy().T + model.scores.bias.numpy()
    p = np.exp(scores - scores.max(1, keepdims=True))
    assert np.allclose(p / p.sum(1, keepdims=True), model.probabilities(x), atol=1e-4)


def test_pictures_move_by_whole_pixels() -> None:
    x = torch.zeros(200, 784)
    x[:, 14 * 28 + 10] = 1.0
    moved = classifier.moved(x, 2, loop.generator(0))
    rows, columns = np.divmod(moved.argmax(1).numpy(), 28)
    assert torch.equal(moved.sum(1), torch.ones(200))
    assert set(rows.tolist()) == set(range(12, 17))
    assert set(columns.tolist()) == set(range(8, 13))


# -- codes -------------------------------------------------------------------------------------


def test_codes_are_the_nearest_vectors() -> None:
    model, x = vq.shared(), mnist.shown().x[:40]
    codes = model.encode_codes(x)
    vectors = model.vectors(torch.from_numpy(x.astype(np.float32))).numpy().astype(np.float64)
    apart = ((vectors[:, :, None] - model.codebook[None, None]) ** 2).sum(3)
    assert codes.shape == (40, 7, 7)
    assert np.array_equal(codes.reshape(40, 49), apart.argmin(2))
    assert np.allclose(model.distances(x).reshape(40, 49, vq.K), apart, atol=1e-5)


def test_the_recorded_reconstruction_comes_out() -> None:
    model, x = vq.shared(), mnist.shown().x
    y = model.decode_codes(model.encode_codes(x))
    record = describe("vq-vae")["test"]
    bce = -(x * np.log(y) + (1 - x) * np.log1p(-y)).sum(1).mean()
    assert bce == pytest.approx(record["bce"], rel=0.02)
    assert bce >= record["bce_least"]
    assert ((x - y) ** 2).sum(1).mean() == pytest.approx(record["mse_sum"], rel=0.04)
    assert vq.perplexity(model.encode_codes(x)) == pytest.approx(record["perplexity"], rel=0.02)


def test_a_changed_code_changes_the_picture_around_it() -> None:
    model = vq.shared()
    codes = model.encode_codes(mnist.shown().x[:1])
    other = codes.copy()
    other[0, 0, 0] = (codes[0, 0, 0] + 1) % vq.K
    moved = np.abs(model.decode_codes(other) - model.decode_codes(codes)).reshape(28, 28)
    assert moved.max() > 0
    assert moved[16:, 16:].max() == 0  # out of the decoder's reach


@pytest.mark.parametrize(
    "codes",
    [
        np.full((1, 7, 7), vq.K),
        np.full((1, 7, 7), -1),
        np.zeros((1, 7, 8), int),
        np.zeros((7, 7), int),
        np.zeros((1, 7, 7)),
        np.full((1, 7, 7), np.nan),
    ],
)
def test_codes_that_are_none_are_refused(codes: np.ndarray) -> None:
    with pytest.raises(ValueError, match="codes must"):
        vq.shared().decode_codes(codes)
    with pytest.raises(ValueError, match="codes must"):
        vq.shared_prior().nats(codes)


@pytest.mark.parametrize("x", [np.zeros((1, 783)), np.full((1, 784), np.nan), "a digit"])
def test_pictures_that_are_none_are_refused(x: np.ndarray) -> None:
    with pytest.raises(ValueError, match="x must"):
        vq.shared().encode_codes(x)


def test_perplexity_counts_the_codes_in_use() -> None:
    assert vq.perplexity(np.arange(64)) == pytest.approx(64.0)
    assert vq.perplexity(np.full((3, 7, 7), 5)) == pytest.approx(1.0)
    assert vq.perplexity(np.array([0, 0, 0, 1])) == pytest.approx(4 / 3**0.75)
    with pytest.raises(ValueError, match="at least one"):
        vq.perplexity(np.zeros((0,), int))


# -- the prior ---------------------------------------------------------------------------------


def test_the_chain_rule_holds() -> None:
    prior = vq.shared_prior()
    codes = vq.shared().encode_codes(mnist.shown().x[:1])
    flat = codes.reshape(49).tolist()
    by_hand = [-np.log(prior.next_probabilities(flat[:t])[flat[t]]) for t in range(49)]
    assert np.allclose(by_hand, prior.nats_by_place(codes)[0], atol=1e-4)
    assert prior.next_probabilities(flat[:20], label=3).sum() == pytest.approx(1.0)


def test_the_prior_sees_only_what_came_before() -> None:
    prior = vq.shared_prior()
    codes = vq.shared().encode_codes(mnist.shown().x[:1])
    other = codes.copy()
    other[0, 4, 2] = (codes[0, 4, 2] + 7) % vq.K
    at, nats = 4 * 7 + 2, prior.nats_by_place(np.concatenate([codes, other]))
    assert np.allclose(nats[0, :at], nats[1, :at], atol=1e-5)
    assert not np.allclose(nats[0, at:], nats[1, at:], atol=1e-3)


def test_a_trace_knows_its_own_probability() -> None:
    prior = vq.shared_prior()
    trace = prior.sample(8, rng=np.random.default_rng(3))
    assert np.allclose(trace.probabilities.sum(2), 1.0)
    assert np.allclose(trace.nats, prior.nats(trace.grids), atol=1e-3)
    assert np.array_equal(trace.codes, prior.sample(8, rng=np.random.default_rng(3)).codes)


def test_samples_come_as_often_as_their_probability() -> None:
    prior = vq.shared_prior()
    start = vq.shared().encode_codes(mnist.shown().x[:1]).reshape(49)[:48].tolist()
    trace = prior.sample(1000, start=start, rng=np.random.default_rng(0))
    assert (trace.codes[:, :48] == start).all()
    p = prior.next_probabilities(start)
    seen = np.bincount(trace.codes[:, 48], minlength=vq.K) / 1000
    assert np.abs(seen - p).max() < 5 * np.sqrt(p.max() * (1 - p.max()) / 1000) + 0.005


def test_temperature_sharpens() -> None:
    prior = vq.shared_prior()
    cold = prior.sample(2, temperature=0.0, label=7, rng=np.random.default_rng(0))
    assert np.array_equal(cold.codes[0], cold.codes[1])
    p = prior.next_probabilities([])
    half = prior.sample(1, temperature=0.5, rng=np.random.default_rng(0)).probabilities[0, 0]
    assert np.allclose(half, p**2 / (p**2).sum(), atol=1e-5)


@pytest.mark.parametrize(
    "wrong",
    [
        {"n": 0},
        {"n": 1001},
        {"temperature": -1.0},
        {"temperature": float("nan")},
        {"label": 10},
        {"start": [64]},
        {"start": [0] * 50},
        {"start": [0.5]},
    ],
)
def test_samples_that_cannot_be_are_refused(wrong: dict) -> None:
    with pytest.raises(ValueError, match="must be"):
        vq.shared_prior().sample(**{"n": 1, **wrong}, rng=np.random.default_rng(0))


def test_the_prior_beats_what_knows_less() -> None:
    record = describe("vq-prior")["test"]
    assert record["nats_given_label"] < record["nats"] < record["by_place_nats"]
    assert record["by_place_nats"] < record["unigram_nats"] < record["uniform_nats"]
    assert record["uniform_nats"] == pytest.approx(49 * np.log(64))
    codes = vq.shared().encode_codes(mnist.shown().x)
    assert vq.shared_prior().nats(codes).mean() == pytest.approx(record["nats"], rel=0.02)
    assert record["bound"] == pytest.approx(record["nats"] + describe("vq-vae")["test"]["bce"])


# -- files and training ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "load, name",
    [(vq.load, "vq-vae"), (vq.load_prior, "vq-prior"), (classifier.load, "digit-classifier")],
)
def test_a_bad_file_is_named(tmp_path: Path, load, name: str) -> None:
    path = tmp_path / f"{name}.safetensors"
    with pytest.raises(ValueError, match=path.name):
        load(tmp_path)
    path.write_bytes(b"no weights")
    with pytest.raises(ValueError, match=path.name):
        load(tmp_path)
    save_file({"a": torch.zeros(2)}, path)
    with pytest.raises(ValueError, match=path.name):
        load(tmp_path)


def _pictures(n: int) -> np.ndarray:
    return mnist.shown().pictures[:n]


def _vq_job(epochs: int = 2) -> loop.Job:
    return vq_train.make_job(vq_train.Recipe(epochs=epochs, batch=20), _pictures(60))


def _prior_job(epochs: int = 2) -> loop.Job:
    codes = np.random.default_rng(0).integers(0, 64, (40, 7, 7))
    recipe = vq_train.PriorRecipe(epochs=epochs, batch=20)
    return vq_train.prior_job(recipe, codes, np.arange(40) % 10, 64)


def _classifier_job(epochs: int = 2) -> loop.Job:
    recipe = classifier.Recipe(epochs=epochs, batch=20)
    return classifier.make_job(recipe, _pictures(60), mnist.shown().labels[:60])


@pytest.mark.parametrize("make", [_vq_job, _prior_job, _classifier_job])
def test_a_run_that_stops_goes_on_exactly(tmp_path: Path, make) -> None:
    lines: list[str] = []
    whole = loop.train(make(), tmp_path / "whole", tell=lines.append)
    state = tmp_path / "part"
    half = make()
    half.epochs = 1
    loop.train(half, state, tell=lines.append)
    rest = loop.train(make(), state, resume=True, tell=lines.append)
    assert [h["epoch"] for h in rest.history] == [1, 2]
    for key, value in whole.modules["model"].state_dict().items():
        assert torch.equal(value, rest.modules["model"].state_dict()[key]), key
    assert "a second" in lines[0]
    assert "left" in lines[0]
    with pytest.raises(ValueError, match="same recipe"):
        loop.train(make(3), state, resume=True, tell=lines.append)


def test_a_codebook_vector_is_the_mean_of_its_choosers_and_dead_ones_return() -> None:
    job = _vq_job()
    job.run_epoch(0)
    model, averages = job.modules["model"], job.modules["averages"]
    counts, sums = averages.get_buffer("counts"), averages.get_buffer("sums")
    assert torch.allclose(model.get_buffer("codebook_vectors"), sums / counts[:, None])
    counts.fill_(0.1)
    assert job.run_epoch(1)["codes_revived"] > 0
    assert counts.min() > 0.1

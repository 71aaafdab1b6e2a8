"""Training: exact resumption, checked recipes, two processes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from genmodels.datasets import mnist
from genmodels.vae import train
from genmodels.vae.train import Processes, Recipe

ALONE = Processes(0, 1, torch.device("cpu"))
TINY = Recipe(epochs=2, batch=20, hold_out=10, input_dropout=0.1, weight_decay=0.01, seed=3)


@pytest.fixture
def pictures() -> np.ndarray:
    return mnist.shown().pictures[:90]


def test_resuming_is_exact(tmp_path: Path, pictures: np.ndarray) -> None:
    at_once = train.train(TINY, pictures, ALONE)
    state = tmp_path / "state.safetensors"
    train.train(TINY, pictures, ALONE, state=state, until=1)
    torch.manual_seed(99)
    resumed = train.train(TINY, pictures, ALONE, state=state, resume=True)
    assert resumed.epoch == at_once.epoch == 2
    assert resumed.history == at_once.history
    for kind in ("model", "average"):
        for a, b in zip(
            getattr(at_once, kind).parameters(), getattr(resumed, kind).parameters(), strict=True
        ):
            assert torch.equal(a, b)


def test_training_lowers_the_loss(pictures: np.ndarray) -> None:
    recipe = Recipe(epochs=6, batch=30, warm_up=1, average=0.5)
    history = train.train(recipe, pictures, ALONE).history
    assert history[-1]["train"] < 0.7 * history[0]["train"]


def test_another_recipe_or_a_broken_state_is_refused(tmp_path: Path, pictures: np.ndarray) -> None:
    state = tmp_path / "state.safetensors"
    train.train(TINY, pictures, ALONE, state=state, until=1)
    other = Recipe(**{**vars(TINY), "learning_rate": 0.5})
    with pytest.raises(ValueError, match=r"learning_rate=0\.002 \(asked 0\.5\)"):
        train.train(other, pictures, ALONE, state=state, resume=True)
    state.write_bytes(b"nothing of the kind")
    with pytest.raises(ValueError, match="must be a saved training state"):
        train.train(TINY, pictures, ALONE, state=state, resume=True)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"epochs": 0}, "epochs must be at least 1; got 0"),
        ({"learning_rate": 0.0}, "learning-rate must be above 0"),
        ({"average": 1.0}, r"average must be in \[0, 1\); got 1.0"),
        ({"input_dropout": -0.1}, "input-dropout must be in"),
    ],
)
def test_recipes_are_checked(changed: dict[str, float], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Recipe(**changed)  # type: ignore[arg-type]


def test_batches_are_checked(pictures: np.ndarray) -> None:
    with pytest.raises(ValueError, match="batch must be at most the 90 training pictures; got 91"):
        train.train(Recipe(batch=91), pictures, ALONE)
    with pytest.raises(ValueError, match="batch must be a multiple of the 2 processes; got 21"):
        train.Training(Recipe(batch=21), pictures, Processes(0, 2, torch.device("cpu")))


def test_the_schedule_warms_up_and_ends_at_zero(pictures: np.ndarray) -> None:
    run = train.Training(Recipe(epochs=10, batch=30, warm_up=2, learning_rate=1.0), pictures, ALONE)
    rates = [run.learning_rate(t) for t in range(30)]
    assert rates[:5] == sorted(rates[:5])
    assert rates[6:] == sorted(rates[6:], reverse=True)
    assert 0 < rates[-1] < 0.01


# -- the command -------------------------------------------------------------------------------


@pytest.fixture
def idx_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Four small idx files in the place of MNIST's, under md5s of their own."""
    sample = mnist.shown()
    files = {
        "train-images-idx3-ubyte": sample.pictures[:200].reshape(-1, 28, 28),
        "train-labels-idx1-ubyte": sample.labels[:200],
        "t10k-images-idx3-ubyte": sample.pictures.reshape(-1, 28, 28),
        "t10k-labels-idx1-ubyte": sample.labels,
    }
    folder = tmp_path / "idx"
    folder.mkdir()
    for name, values in files.items():
        (folder / name).write_bytes(mnist.build_idx(values))
    return folder


def test_other_bytes_are_refused(idx_folder: Path) -> None:
    with pytest.raises(ValueError, match=r"train-images-idx3-ubyte from .* 6bbc9ace.*; got "):
        mnist.load(idx_folder)
    (idx_folder / "t10k-labels-idx1-ubyte").unlink()
    with pytest.raises(ValueError, match=r"must hold t10k-labels-idx1-ubyte\.gz"):
        mnist.load(idx_folder)
    (idx_folder / "t10k-labels-idx1-ubyte.gz").write_bytes(b"no gzip")
    with pytest.raises(ValueError, match=r"t10k-labels-idx1-ubyte\.gz must be a gzip file"):
        mnist.load(idx_folder)


def test_the_command_says_what_is_wrong(idx_folder: Path) -> None:
    with pytest.raises(SystemExit, match="train: train-images-idx3-ubyte"):
        train.main(["--data", str(idx_folder), "--epochs", "1"])


@pytest.mark.parametrize(
    "content", [b"", b"\0\0\x0d\x01", b"\0\0\x08\x03\0\0", b"\0\0\x08\x01\0\0\0\x05abcd"]
)
def test_bad_idx_files_are_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match="an idx file"):
        mnist.parse_idx(content)


def test_the_command_on_two_processes(idx_folder: Path, tmp_path: Path) -> None:
    """torchrun with two processes ends with one whole record and averaged gradients."""
    runner = tmp_path / "tiny.py"
    runner.write_text(
        "import hashlib, pathlib, sys\n"
        "from genmodels.datasets import mnist\n"
        "from genmodels.vae import train\n"
        "folder = pathlib.Path(sys.argv[sys.argv.index('--data') + 1])\n"
        "for name in mnist.MD5:\n"
        "    mnist.MD5[name] = hashlib.md5((folder / name).read_bytes()).hexdigest()\n"
        "train.main()\n"
    )
    out = tmp_path / "out.safetensors"
    subprocess.run(
        [
            sys.executable,
            "-W",
            "ignore",
            "-m",
            "torch.distributed.run",
            "--standalone",
            "--nproc_per_node",
            "2",
            str(runner),
            "--data",
            str(idx_folder),
            "--epochs",
            "2",
            "--batch",
            "40",
            "--samples",
            "1",
            "--out",
            str(out),
            "--state",
            str(tmp_path / "state.safetensors"),
            "--device",
            "cpu",
        ],
        check=True,
        capture_output=True,
        timeout=120,
        cwd=tmp_path,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    record = json.loads(out.with_suffix(".json").read_text())
    assert record["processes"] == 2
    assert [entry["epoch"] for entry in record["history"]] == [1, 2]
    assert record["history"][1]["train"] < record["history"][0]["train"]
    assert record["test"]["pictures"] == 2000
    assert "idx" not in record["command"]


def test_the_shown_digits_are_stratified() -> None:
    sample = mnist.shown()
    assert np.all(np.diff(sample.indices) > 0)
    assert np.bincount(sample.labels).tolist() == [196, 227, 206, 202, 196, 178, 192, 206, 195, 202]

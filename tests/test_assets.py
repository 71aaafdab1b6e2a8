"""A bad file in assets/ is named, whatever is wrong with it."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from genmodels import ASSETS, assets
from genmodels.assets import BadAsset


def sound(path: Path) -> bytes:
    np.savez_compressed(path, mu=np.arange(5000.0), words=np.array(["a", "b"]))
    return path.read_bytes()


@pytest.mark.parametrize(
    "spoilt",
    [
        lambda _: b"",
        lambda _: b"nothing of the kind",
        lambda whole: whole[: len(whole) // 2],
        lambda whole: whole[:200] + bytes(60) + whole[260:],
        lambda whole: whole[:-30],
    ],
    ids=["empty", "other", "half", "holes", "no end"],
)
def test_a_damaged_file_is_named(tmp_path: Path, spoilt) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "codes.npz"
    path.write_bytes(spoilt(sound(path)))
    with (
        pytest.raises(BadAsset, match=r"codes\.npz must hold codes; got: "),
        assets.arrays(path, "codes") as file,
    ):
        file["mu"].sum()


def test_a_missing_file_and_a_missing_array_are_named(tmp_path: Path) -> None:
    with (
        pytest.raises(BadAsset, match=r"none\.npz must hold.*: 'none\.npz'$"),
        assets.arrays(tmp_path / "none.npz"),
    ):
        pass
    path = tmp_path / "codes.npz"
    sound(path)
    with pytest.raises(BadAsset, match=r"codes\.npz must hold.*sigma"), assets.arrays(path) as file:
        file["sigma"]
    with assets.arrays(path) as file:
        assert file["mu"][-1] == 4999


@pytest.mark.parametrize("text", ["", "{", "[1]", "nil"])
def test_a_damaged_record_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "figures.json"
    path.write_text(text)
    with pytest.raises(BadAsset, match=r"figures\.json must hold the figures; got: "):
        assets.record(path, "the figures")
    path.write_text('{"bce": 1.5}')
    assert assets.record(path) == {"bce": 1.5}


def test_the_page_names_the_file_and_nothing_else_of_the_server() -> None:
    lines = [
        "import logging; logging.disable()",
        "import streamlit as st; said = []; st.error = said.append",
        "from pathlib import Path; from genmodels.assets import BadAsset; import app",
        "path = Path('/srv/cvae.safetensors')",
        "assert app.on_script_error(BadAsset(path, 'be weights', f'no {path}'))",
        "assert app.on_script_error(ValueError('secret')); print(*said, sep='|')",
    ]
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(lines)],
        cwd=ASSETS.parent,
        capture_output=True,
        text=True,
        check=True,
    )
    named, plain = done.stdout.strip().split("|")
    assert "cvae.safetensors must be weights; got: no cvae.safetensors." in named
    assert "srv" not in done.stdout
    assert "failed" in plain
    assert "secret" not in plain

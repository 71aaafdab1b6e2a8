"""A bad file in assets/ is named, whatever is wrong with it."""

from pathlib import Path

import numpy as np
import pytest

from genmodels import assets
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

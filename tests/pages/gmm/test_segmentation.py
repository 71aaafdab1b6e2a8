"""Segmentation: pictures, colour spaces, partitions, the payload, what is taken away."""

import colorsys
import contextlib
import csv
import io
import json
import struct
import subprocess
import sys
import warnings
import zlib
from typing import Any

import numpy as np
import pytest
from PIL import Image
from sklearn.mixture import GaussianMixture as Reference

from genmodels import gmm
from genmodels.datasets import pictures
from genmodels.datasets.colour_spaces import SPACES, convert
from genmodels.datasets.source import Source
from genmodels.kit.opened import evaluate
from genmodels.kit.payload import encode
from pages.gmm import mixture_take_away as export_mixture
from pages.gmm.segmentation import case as run
from pages.gmm.segmentation import opened as arithmetic
from pages.gmm.segmentation import segment_stage, stage
from pages.gmm.segmentation import take_away as export
from pages.gmm.segmentation.case import Settings
from tests.unpack import unpacked

CHINA = pictures.load("china")


def small(pixels: np.ndarray, key: str) -> pictures.Picture:
    return pictures.Picture(key, pixels.astype(np.uint8), Source("T", "C", "L", "S"))


# -- pictures ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name, by", [("china", "danielbuechele"), ("flower", "vultilion")])
def test_samples_are_small_and_name_their_photographers(name: str, by: str):
    picture = pictures.load(name)
    assert picture.pixels.shape == (213, 320, 3)
    assert by in picture.source.citation
    assert "CC BY 2.0" in picture.source.licence
    with pytest.raises(ValueError, match="china, flower; got 'cat'"):
        pictures.load("cat")


def saved(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def ramp(width: int = 40, height: int = 30) -> Image.Image:
    """Red grows to the right, green downwards."""
    red, green = np.meshgrid(np.linspace(0, 255, width), np.linspace(0, 255, height))
    return Image.fromarray(np.stack([red, green, 0 * red], axis=-1).astype(np.uint8))


def rotated() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6  # its top is at the right: to be turned by a quarter
    return saved(ramp(), "JPEG", exif=exif, quality=95)


def transparent() -> Image.Image:
    image = ramp().convert("RGBA")
    image.putalpha(Image.new("L", image.size, 0))
    return image


def frames(kind: str) -> bytes:
    other = Image.new("RGB", (40, 30), "blue")
    return saved(ramp(), kind, save_all=True, append_images=[other])


def sixteen() -> bytes:
    return saved(Image.fromarray(np.full((20, 20), 257 * 200, np.uint16)))


def test_a_plain_picture_is_read_as_it_is():
    picture = pictures.read(saved(ramp()), "ramp.png")
    assert np.array_equal(picture.pixels, np.array(ramp()))
    assert picture.notes == ()
    assert "ramp.png" in picture.source.caption()
    assert picture == pictures.read(saved(ramp(), "BMP"), "other.bmp")
    assert picture != pictures.read(saved(ramp().transpose(Image.Transpose.ROTATE_90)))


@pytest.mark.parametrize(
    "data, note, corner",
    [
        (saved(ramp().convert("CMYK"), "JPEG"), "CMYK turned to RGB", (0, 0, 0)),
        (saved(ramp().quantize(16)), None, (0, 0, 0)),
        (saved(ramp().convert("L")), "grey", (0, 0, 0)),
        (saved(ramp().convert("1")), "grey", (0, 0, 0)),
        (saved(transparent()), "transparent shown on white", (255, 255, 255)),
        (saved(transparent().quantize(8)), "transparent shown on white", (255, 255, 255)),
        (saved(transparent().convert("LA")), "transparent shown on white", (255, 255, 255)),
        (sixteen(), "16 bits a pixel cut to 8", (200, 200, 200)),
        (frames("GIF"), "first frame of several", (0, 0, 0)),
        (frames("PNG"), "first frame of several", (0, 0, 0)),
        (frames("WEBP"), "first frame of several", (0, 0, 0)),
        (saved(ramp(900, 600)), "scaled down from 900 x 600", (0, 0, 0)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_odd_pictures_are_read_and_what_was_done_is_told(
    data: bytes, note: str | None, corner: tuple[int, int, int]
):
    picture = pictures.read(data)
    assert np.abs(picture.pixels[0, 0].astype(int) - corner).max() <= 32
    if note is None:
        assert picture.notes == ()
    else:
        assert note in "; ".join(picture.notes)


def test_a_camera_s_turn_is_made():
    picture = pictures.read(rotated())
    assert (picture.width, picture.height) == (30, 40)
    assert picture.notes == ("turned upright as its camera says",)
    # what grew to the right now grows downwards
    assert picture.pixels[-1, 15, 0] > 240 > 15 > picture.pixels[0, 15, 0]


def test_a_large_jpeg_is_decoded_small_and_keeps_its_shape():
    picture = pictures.read(saved(ramp(1500, 1000), "JPEG"))
    assert (picture.width, picture.height) == (320, 213)
    assert picture.notes == ("scaled down from 1500 x 1000 pixels",)
    assert picture.pixels[0, -1, 0] > 245


def header_of(width: int, height: int) -> bytes:
    """A PNG that says its size and has nothing else."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    start = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", start) + chunk(b"IDAT", zlib.compress(b"\x00"))


WHOLE = saved(Image.fromarray(np.array(CHINA.pixels)), "JPEG")


@pytest.mark.parametrize(
    "data, says",
    [
        (b"", "it is empty"),
        (b"hello, world", "PNG, JPEG, WEBP, GIF, BMP; it is none of them"),
        (b"<svg></svg>", "it is none of them"),
        (saved(ramp(), "TIFF"), "it is none of them"),
        (b"\x00" * 5_000_001, "at most 5 MB; it has 5.0 MB"),
        (header_of(6000, 6000), "at most 30,000,000 pixels; it has 6,000 x 6,000"),
        (header_of(60000, 60000), "at most 30,000,000 pixels; it has far more"),
        (header_of(1, 300), "at least 16 pixels wide and high; it is 1 x 300"),
        (header_of(4000, 16), "at most 20 times as long"),
        (WHOLE[: len(WHOLE) // 2], "breaks off before its end"),
        (saved(ramp())[:60], "must be"),
        (header_of(100, 100), "must be"),
        (WHOLE[:3], "must be"),
        (saved(ramp(), "GIF")[:200], "must be"),
        (saved(ramp(), "WEBP")[:100], "must be"),
        (saved(ramp(), "BMP")[:1000], "must be"),
    ],
)
def test_what_is_no_picture_is_told_in_words(data: bytes, says: str):
    with pytest.raises(ValueError) as caught:
        pictures.read(data)
    message = str(caught.value)
    assert says in message
    assert message.endswith(".")
    assert len(message) < 160


def test_damage_anywhere_is_a_picture_or_a_message(rng: np.random.Generator):
    for kind in pictures.FORMATS:
        whole = bytearray(saved(ramp(), kind))
        for _ in range(25):
            broken = bytearray(whole)
            for place in rng.integers(len(broken), size=6):
                broken[place] = rng.integers(256)
            try:
                said = pictures.read(bytes(broken)).source.title
            except ValueError as error:
                said = str(error)
            assert said == "Your picture" or said.startswith(("The picture must", "The file must"))


# -- colours -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "colour, expected",
    [
        ((255, 255, 255), (100, 0, 0)),
        ((0, 0, 0), (0, 0, 0)),
        ((255, 0, 0), (53.24, 80.09, 67.20)),
        ((0, 255, 0), (87.73, -86.18, 83.18)),
        ((0, 0, 255), (32.30, 79.19, -107.86)),
        ((255, 255, 0), (97.14, -21.55, 94.48)),
        ((128, 128, 128), (53.59, 0, 0)),
        ((5, 5, 5), (1.37, 0, 0)),  # on the straight piece of both curves
    ],
)
def test_lab_is_the_published_one(colour: tuple[int, ...], expected: tuple[float, ...]):
    """Values under D65 as Lindbloom's calculator and scikit-image give them."""
    found = 100 * convert(np.array([colour]) / 255, "Lab")[0]
    assert np.abs(found - expected).max() < 0.02


def test_hue_is_an_angle(rng: np.random.Generator):
    colours = np.vstack([rng.random((200, 3)), np.full((1, 3), 0.3), np.zeros((1, 3))])
    cone = convert(colours, "HSV")
    for (r, g, b), place in zip(colours.tolist(), cone, strict=True):
        H, S, V = colorsys.rgb_to_hsv(r, g, b)
        angle = 2 * np.pi * H
        assert np.allclose(place, (S * V * np.cos(angle), S * V * np.sin(angle), V))
    red = [colorsys.hsv_to_rgb(H / 360, 1, 1) for H in (359, 1)]
    one, other = convert(np.array(red), "HSV")
    assert np.linalg.norm(one - other) < 0.04


def test_a_space_says_what_was_wrong():
    with pytest.raises(ValueError, match="RGB, HSV, Lab; got 'XYZ'"):
        convert(np.zeros((1, 3)), "XYZ")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"\(N, 3\); got \(3,\)"):
        convert(np.zeros(3), "Lab")


# -- segments ------------------------------------------------------------------------------------


def test_china_s_figures_are_the_reference_s():
    """PSNR of about 19.8 dB for the mixture, 23.1 for k-means, at K = 5."""
    found = [run.segment(CHINA, Settings(seed=seed)) for seed in range(3)]
    assert all(each.clusters.psnr == pytest.approx(23.1, abs=0.05) for each in found)
    assert all(abs(each.mixture.psnr - 19.8) < 0.8 for each in found)
    for each in found:
        assert each.clusters.squared_error < each.mixture.squared_error
        assert "smaller squared error because that is what it minimises" in stage.verdict(each)


@pytest.mark.parametrize("covariance", gmm.COVARIANCE_TYPES)
@pytest.mark.parametrize("space, position", [("RGB", False), ("Lab", True)])
def test_segments_are_scikit_learn_s(covariance: Any, space: Any, position: bool):
    settings = Settings(4, space, position, 60, covariance, seed=2)
    found = run.segment(CHINA, settings)
    X = run.features(CHINA, settings)
    start = found.models[0]
    matrices = covariance in ("full", "tied")
    theirs = Reference(
        4,
        covariance_type=covariance,
        weights_init=start.weights,
        means_init=start.means,
        precisions_init=np.linalg.inv(start.covariances) if matrices else 1 / start.covariances,
    ).fit(X[found.sample])
    assert theirs.n_iter_ == len(found.log_likelihood)
    assert np.abs(theirs.means_ - found.model.means).max() < 1e-6
    assert np.array_equal(theirs.predict(X), found.mixture.labels)
    gamma = theirs.predict_proba(X)
    assert np.abs(found.shares.T / 255 - gamma).max() < 0.5 / 255 + 1e-6


@pytest.mark.parametrize("space", SPACES)
def test_scores_are_those_of_the_pictures_shown(space: Any):
    found = run.segment(CHINA, Settings(space=space))
    for which, part in (("mixture", found.mixture), ("k-means", found.clusters)):
        with Image.open(io.BytesIO(stage.segments_png(CHINA, found.settings, which))) as image:
            shown = np.array(image)
            assert "danielbuechele" in str(image.info["Source"])
            assert "CC BY 2.0" in str(image.info["Source"])
        error = (CHINA.pixels / 255 - shown / 255) ** 2
        assert -10 * np.log10(error.mean()) == pytest.approx(part.psnr, abs=0.002)
        assert part.sizes.sum() == 68_160
        own = part.labels == 2
        assert np.allclose(part.colours[2], CHINA.colours[own].mean(axis=0))


def test_position_s_weight_moves_k_means_and_not_the_full_mixture():
    """EM with full covariances is the same in any units; squared distances aren't."""
    one, four = (
        run.segment(CHINA, Settings(position=True, weight=weight)) for weight in (100, 400)
    )
    assert np.array_equal(one.sample, four.sample)
    assert (one.mixture.labels == four.mixture.labels).mean() > 0.999
    assert (one.clusters.labels == four.clusters.labels).mean() < 0.8
    round_ = [
        run.segment(CHINA, Settings(position=True, weight=weight, covariance="spherical"))
        for weight in (100, 400)
    ]
    assert (round_[0].mixture.labels == round_[1].mixture.labels).mean() < 0.9


def test_places_are_in_units_of_the_longer_side():
    X = run.features(CHINA, Settings(position=True, weight=50))
    assert np.allclose(X[0, 3:], [0.5 * 0.5 / 320, 0.5 * 0.5 / 320])
    assert np.allclose(X[-1, 3:], [0.5 * 319.5 / 320, 0.5 * 212.5 / 320])


@pytest.mark.parametrize("colours, words", [(1, "1 colour"), (2, "2 colours")])
def test_fewer_colours_than_components_are_told(colours: int, words: str):
    pixels = np.zeros((20, 24, 3), np.uint8)
    pixels[:, : 12 * (colours - 1)] = 200
    found = run.segment(small(pixels, f"few-{colours}"), Settings(K=5))
    assert colours == found.K
    assert f"{words}; 5 was asked for" in (found.message or "")
    assert found.mixture.psnr == found.clusters.psnr == float("inf")
    assert len(np.unique(found.mixture.labels)) == colours
    json.dumps(encode(stage.stage(found.picture, found.settings)), allow_nan=False)
    export.model_json(found)


@pytest.mark.parametrize("wrong", [Settings(K=1), Settings(K=11), Settings(weight=0)])
def test_settings_out_of_range_are_told(wrong: Settings):
    with pytest.raises(ValueError, match="must be"):
        run.segment(CHINA, wrong)


# -- the stage -----------------------------------------------------------------------------------


def test_the_payload_holds_the_segments_compactly():
    settings = Settings(seed=3)
    found = run.segment(CHINA, settings)
    said = stage.stage(CHINA, settings)
    assert len(json.dumps(encode(said), allow_nan=False)) < 850_000
    ten = stage.stage(CHINA, Settings(K=10))
    assert len(json.dumps(encode(ten), allow_nan=False)) < 1_100_000
    assert np.array_equal(unpacked(said["picture"]), CHINA.pixels)
    assert np.array_equal(unpacked(said["labels"]), found.mixture.labels)
    assert np.array_equal(unpacked(said["clusters"]), found.clusters.labels)
    gamma = found.model.responsibilities(run.features(CHINA, settings)[30_000:30_010])
    assert np.abs(unpacked(said["shares"])[:, 30_000:30_010].T / 255 - gamma).max() < 0.002
    assert said["stage_id"] != stage.stage(CHINA, Settings(seed=4))["stage_id"]


def test_played_iterations_are_em_s_own():
    settings = Settings(seed=1)
    found = run.segment(CHINA, settings)
    said = stage.played(CHINA, settings)
    assert len(json.dumps(encode(said), allow_nan=False)) < 800_000
    labels = unpacked(said["labels"])
    assert said["iterations"] == stage.iterations(len(found.models) - 1)
    assert np.array_equal(labels[-1], found.mixture.labels)
    X = run.features(CHINA, settings)
    for t in (0, 3):
        model = found.models[said["iterations"][t]]
        assert np.array_equal(labels[t], model.responsibilities(X).argmax(axis=1))
        own = CHINA.colours[labels[t] == 1].mean(axis=0)
        assert np.array_equal(unpacked(said["colours"])[t, 1], np.rint(255 * own))
        assert np.allclose(unpacked(said["weights"])[t], model.weights)
        per_pixel = found.log_likelihood[said["iterations"][t]] / len(found.sample)
        assert said["log_likelihood"][t] == pytest.approx(per_pixel)
    view = segment_stage.View(pixel=(250, 180), step=3)
    opened = stage.opened_pixel(found, view, playing=True)
    assert opened is not None
    assert opened.title == f"Pixel 250, 180, iteration 3: component {labels[3][57_850] + 1}"
    model = found.models[3]
    assert opened.value == pytest.approx(model.responsibilities(X[57_850:57_851]).max())


@pytest.mark.parametrize("last", [1, 19, 20, 57, 100])
def test_shown_iterations_begin_and_end_with_the_run(last: int):
    shown = stage.iterations(last)
    assert shown[0] == 0
    assert shown[-1] == last
    assert shown == sorted(set(shown))
    assert len(shown) <= stage.FRAMES


@pytest.mark.parametrize("covariance", gmm.COVARIANCE_TYPES)
def test_a_pixel_opens_to_its_responsibility(covariance: Any):
    found = run.segment(CHINA, Settings(position=True, covariance=covariance))
    for view in (
        segment_stage.View(pixel=(10, 20)),
        segment_stage.View(pixel=(319, 212), right="soft map", component=3),
    ):
        opened = stage.opened_pixel(found, view)
        assert opened is not None
        assert evaluate(opened.expression) == pytest.approx(opened.value, rel=1e-6, abs=1e-12)
        for row in opened.rows:
            assert evaluate(row.expression) == pytest.approx(row.value, rel=1e-9)
        assert sum(row.share or 0 for row in opened.rows) == pytest.approx(1)
        assert sum(row.chosen for row in opened.rows) == 1
    assert stage.opened_pixel(found, segment_stage.View()) is None


def test_losses_open():
    found = run.segment(CHINA, Settings())
    opened = {name: make() for name, make in stage.openable(found).items()}
    assert opened["PSNR, mixture"].value == pytest.approx(found.mixture.psnr)
    assert opened["J, k-means"].value == pytest.approx(found.clusters.squared_error)
    for each in opened.values():
        assert evaluate(each.expression) == pytest.approx(each.value)
        assert sum(row.share or 0 for row in each.rows) == pytest.approx(1)


def test_what_can_t_open_is_told():
    model = run.segment(CHINA, Settings()).model
    names = ("R", "G", "B")
    with pytest.raises(ValueError, match=r"\(3,\); got \(2,\)"):
        arithmetic.pixel(model, np.zeros(2), 0, names, "")
    with pytest.raises(ValueError, match="names must be 3; got 1"):
        arithmetic.pixel(model, np.zeros(3), 0, ["R"], "")
    with pytest.raises(ValueError, match="from 0 to 4; got 5"):
        arithmetic.pixel(model, np.zeros(3), 5, names, "")
    with pytest.raises(ValueError, match="one a pixel; got 1"):
        arithmetic.psnr(np.zeros((2, 3)), np.zeros(1, np.uint8), 1, "")


GOTO = {"token": "t", "left": "picture", "right": "segments", "component": 1, "wipe": 40}
GOTO |= {"pixel": (3, 4), "step": 7}


@pytest.mark.parametrize(
    "said",
    [None, "view", {}, {**GOTO, "token": "old", "wipe": 90}],
)
def test_a_view_that_is_older_than_the_page_s_is_left(said: Any):
    view = segment_stage.view_of(said, GOTO, 5, (320, 213))
    assert view == segment_stage.View("picture", "segments", 1, 40, (3, 4), 7)


@pytest.mark.parametrize(
    "wrong",
    [
        {"left": "borders"},
        {"right": ["soft map"]},
        {"component": 5},
        {"component": True},
        {"wipe": 101},
        {"wipe": 0.5},
        {"pixel": [320, 0]},
        {"pixel": [0]},
        {"pixel": "1-2"},
        {"step": -1},
        {"step": None},
    ],
)
def test_what_the_browser_says_is_checked(wrong: dict[str, Any]):
    """A field that nobody could have set is the default; the others stay."""
    view = segment_stage.view_of({**GOTO, **wrong}, GOTO, 5, (320, 213))
    default, good = (
        segment_stage.View(),
        segment_stage.View("picture", "segments", 1, 40, (3, 4), 7),
    )
    for name in ("left", "right", "component", "wipe", "pixel", "step"):
        assert getattr(view, name) == getattr(default if name in wrong else good, name)


@pytest.mark.parametrize("text", ["", "5", "320-0", "0-213", "-1-5", "1e3-2", "٣-1", "9" * 99])
def test_a_pixel_that_a_link_can_t_mean_is_told(text: str):
    pixel, message = stage.checked_pixel(text, (320, 213))
    assert pixel is None
    assert message is not None
    assert "gmms_at must be a pixel" in message
    assert len(message) < 200
    assert stage.checked_pixel("319-212", (320, 213)) == ((319, 212), None)


# -- taken away ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "settings",
    [
        Settings(),
        Settings(4, "Lab", True, 150, "diag", 3),
        Settings(3, "HSV", covariance="tied"),
    ],
    ids=["rgb", "lab-place", "hsv"],
)
def test_the_script_runs_and_agrees(settings: Settings):
    found = run.segment(CHINA, settings)
    script = export.script(found)
    assert "danielbuechele" in script
    assert "CC BY 2.0" in script
    if settings.position:  # as a reader runs it; the others spare scikit-learn's import
        printed = subprocess.run(
            [sys.executable, "-W", "error", "-"],
            input=script,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    else:
        output = io.StringIO()
        with warnings.catch_warnings(), contextlib.redirect_stdout(output):
            exec(compile(script, "segments.py", "exec"), {})
        printed = output.getvalue()
    weights, pixels, psnr, of_kmeans = printed.splitlines()
    assert np.allclose(json.loads(weights.removeprefix("weights ")), found.model.weights, atol=1e-7)
    assert json.loads(pixels.removeprefix("pixels ")) == found.mixture.sizes.tolist()
    assert float(psnr.split()[-1]) == pytest.approx(found.mixture.psnr, abs=1e-9)
    assert float(of_kmeans.split()[-1]) == pytest.approx(found.clusters.psnr, abs=1e-3)


def test_files_hold_what_the_page_shows():
    found = run.segment(CHINA, Settings(position=True))
    text = export.model_json(found)
    model = export_mixture.read_model(text)
    assert np.array_equal(model.means, found.model.means)
    assert json.loads(text)["columns"] == ["R", "G", "B", "x", "y"]
    rows = list(csv.DictReader(io.StringIO(export.segments_csv(found))))
    assert [int(row["pixels"]) for row in rows] == found.mixture.sizes.tolist()
    assert [int(row["kmeans_pixels"]) for row in rows] == found.clusters.sizes.tolist()
    labels = np.loadtxt(io.StringIO(export.labels_csv(found)), delimiter=",", dtype=int)
    assert np.array_equal(labels.ravel() - 1, found.mixture.labels)
    assert labels.shape == (213, 320)

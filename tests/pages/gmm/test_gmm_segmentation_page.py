"""The segmentation page as a script: default, links, tries, uploads, what was wrong with a link."""

import io
from functools import partial

import numpy as np
import pytest
from PIL import Image

from tests.pages import script
from tests.pages.script import text_of

open_page = partial(script.open_page, "gmm/segmentation/page.py")


def test_the_default_state_compares_with_k_means():
    at = open_page()
    assert [m.value for m in at.metric] == ["19.1 dB", "23.1 dB"]
    said = text_of(at)
    assert "k-means has the smaller squared error because that is what it minimises" in said
    assert "Photograph by danielbuechele" in said
    assert "CC BY 2.0" in said
    assert not at.warning


def test_a_link_opens_a_pixel_of_a_soft_map():
    link = {"gmms_k": "4", "gmms_right": "soft map", "gmms_comp": "3", "gmms_at": "150-100"}
    at = open_page(gmms_picture="flower", gmms_space="Lab", gmms_wipe="20", **link)
    assert "Pixel 150, 100: component 3" in text_of(at)
    assert at.number_input(key="gmms_k").value == 4
    assert at.selectbox(key="gmms_picture").value == "flower"
    for name, value in link.items():
        assert at.query_params[name] == value
    assert "vultilion" in text_of(at)


def test_position_and_em_come_by_link():
    at = open_page(gmms_pos="true", gmms_weight="400", gmms_em="true", gmms_step="2", gmms_seed="1")
    assert at.toggle(key="gmms_pos").value
    assert at.toggle(key="gmms_em").value
    assert at.query_params["gmms_step"] == "2"
    assert "squared error J (RGB + place)" in str(at.table[-2].value)


def test_a_loss_opens():
    at = open_page()
    at.session_state["gmms_tab"] = "PSNR, mixture"
    at.run()
    assert not at.exception, at.exception
    assert "= **19.08854" in text_of(at)


def test_a_linked_upload_is_told():
    at = open_page(gmms_picture="your own", gmms_at="319-212")
    assert "No picture of yours yet; a link can’t bring one. Shown: china." in text_of(at)
    assert "danielbuechele" in text_of(at)


def picture() -> bytes:
    red, green = np.meshgrid(np.linspace(0, 255, 400), np.linspace(0, 255, 100))
    buffer = io.BytesIO()
    pixels = np.stack([red, green, 0 * red], axis=-1).astype(np.uint8)
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


def test_an_upload_is_segmented_and_a_bad_one_loses_nothing():
    at = open_page()
    at.selectbox(key="gmms_picture").set_value("your own").run()
    at.file_uploader(key="gmms_file").set_value(("ramp.png", picture(), "image/png")).run()
    assert not at.exception, at.exception
    said = text_of(at)
    assert "ramp.png" in said
    assert "Changed: scaled down from 400 x 100 pixels." in said
    assert "A link holds every setting here, but not your picture." in said
    assert "320 x 80" in said
    at.file_uploader(key="gmms_file").set_value(("bad.png", b"\x89PNG\r\n", "image/png")).run()
    assert not at.exception, at.exception
    assert [w for w in at.warning if "none of them" in w.value], at.warning
    assert [w for w in at.warning if "Your earlier picture stays." in w.value], at.warning
    assert "320 x 80" in text_of(at)


def test_a_picture_of_two_colours_is_told():
    buffer = io.BytesIO()
    image = Image.new("RGB", (40, 40), "red")
    image.paste("blue", (0, 0, 20, 40))
    image.save(buffer, "PNG")
    at = open_page(gmms_picture="your own", gmms_em="true", gmms_at="3-3")
    at.file_uploader(key="gmms_file").set_value(("two.png", buffer.getvalue(), "image/png")).run()
    assert not at.exception, at.exception
    assert [w for w in at.warning if "2 colours; 5 was asked for" in w.value]
    assert [m.value for m in at.metric] == ["∞", "∞"]


@pytest.mark.parametrize("which", range(4))
def test_each_try_shows_its_state(which: int):
    at = open_page(gmms_seed="1", gmms_at="3-3")
    at.button(key=f"gmms_try_{which}").click().run()
    assert not at.exception, at.exception
    assert "gmms_at" not in at.query_params


@pytest.mark.parametrize(
    "name, value",
    [
        ("gmms_picture", "cat"),
        ("gmms_k", "1"),
        ("gmms_k", "five"),
        ("gmms_space", "<script>"),
        ("gmms_pos", "maybe"),
        ("gmms_weight", "1e999"),
        ("gmms_cov", "\u202e"),
        ("gmms_seed", "1e999"),
        ("gmms_em", "2"),
        ("gmms_left", "borders"),
        ("gmms_right", "x" * 300),
        ("gmms_comp", "0"),
        ("gmms_comp", "6"),
        ("gmms_wipe", "101"),
        ("gmms_at", "320-0"),
        ("gmms_step", "-1"),
    ],
)
def test_a_bad_link_is_told(name: str, value: str):
    at = open_page(**{name: value})
    assert [w for w in at.warning if name.replace("_", r"\_") in w.value], at.warning

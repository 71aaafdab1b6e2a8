"""The page of VAE against GAN: what opens, what is to try, and what it says of bad links."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from genmodels.assets import BadAsset
from genmodels.vae import gan
from pages.vae.gan import case as run
from tests.conftest import ROOT


def page(**link: str) -> AppTest:
    at = AppTest.from_file(ROOT / "pages" / "router.py", default_timeout=60)
    at.query_params.update(link)
    at.run()
    return at.switch_page("vae/gan/page.py").run()


def said(at: AppTest) -> str:
    return "\n".join(m.value for m in at.markdown)


def test_the_points_numbers_open() -> None:
    at = page(vgn_z="1,-0.5")
    assert not at.exception, at.exception
    for tab, words in (
        ("sharpness, VAE", "Sharpness of the VAE"),
        ("sharpness, GAN", "Sharpness of the GAN"),
        ("D, VAE", "D of the VAE"),
        ("D, GAN", "D of the GAN"),
    ):
        at.session_state["vgn_open"] = tab
        at.run()
        assert words in said(at)
    assert at.query_params["vgn_z"] == ["1.0000,-0.5000"] or at.query_params["vgn_z"] == (
        "1.0000,-0.5000"
    )


@pytest.mark.parametrize(
    "link, words",
    [
        ({"vgn_section": "Samples", "vgn_latents": "16"}, "Try this"),
        ({"vgn_section": "Measured"}, "Sharper than real is no better"),
        ({"vgn_section": "Measured", "vgn_measure": "Entropy"}, "Entropy of the digits"),
        ({"vgn_section": "Measured", "vgn_measure": "Fréchet"}, "Fréchet distance"),
        ({"vgn_section": "Training", "vgn_moment": "9"}, "Entropy of the digits"),
        ({"vgn_section": "Answers"}, "bound on log p(x)"),
    ],
)
def test_each_section_stands(link: dict[str, str], words: str) -> None:
    at = page(**link)
    assert not at.exception, at.exception
    assert words in said(at)


@pytest.mark.parametrize("attempt", range(4))
def test_each_thing_to_try_works(attempt: int) -> None:
    at = page()
    at.button(key=f"vgn_try_{attempt}").click().run()
    assert not at.exception, at.exception
    sections = ["Same z", "Samples", "Measured", "Training"]
    assert at.session_state["vgn_section"] == sections[attempt]


@pytest.mark.parametrize(
    "link, words",
    [
        ({"vgn_z": "nan,0"}, "2 numbers within ±3"),
        ({"vgn_z": "1"}, "2 numbers within ±3"),
        ({"vgn_z": "<b>,4"}, "2 numbers within ±3"),
        ({"vgn_behind": "x"}, "one of VAE, GAN, none"),
        ({"vgn_open": "x"}, "one of sharpness"),
        ({"vgn_section": "x"}, "one of Same z"),
        ({"vgn_section": "Samples", "vgn_latents": "3"}, "one of 2, 16"),
        ({"vgn_section": "Samples", "vgn_gan": "5"}, "from 0 to 4"),
        ({"vgn_section": "Samples", "vgn_seed": "1e999"}, "from 0 to 9999"),
        ({"vgn_section": "Measured", "vgn_measure": "x"}, "one of Sharpness"),
        ({"vgn_section": "Measured", "vgn_model": "x"}, "one of training digits"),
        ({"vgn_section": "Training", "vgn_run": "x"}, "one of GAN, 2 latents"),
        ({"vgn_section": "Training", "vgn_moment": "99"}, "from 0 to 14"),
        ({"vgn_section": "Answers", "vgn_digit": "-1"}, "from 0 to 1999"),
    ],
)
def test_bad_links_get_a_message(link: dict[str, str], words: str) -> None:
    at = page(**link)
    assert not at.exception, at.exception
    text = " ".join(warning.value.replace("\\", "") for warning in at.warning)
    assert words in text


def test_a_bar_of_the_coverage_opens_its_samples() -> None:
    at = page(vgn_section="Measured", vgn_model="GAN, 2 latents")
    assert "are read as a" not in str(at)
    at.session_state["vgn_read"] = "7"
    at.run()
    assert not at.exception, at.exception
    count, _ = run.read_as("gan-2d", 7)
    told = [widget.proto.json for widget in at.get("bidi_component")]
    assert any(f"{count} of 2,000 drawn now are read as a 7" in text for text in told)


def test_a_damaged_checkpoint_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    whole = (gan.FOLDER / "gan-2d.safetensors").read_bytes()
    (tmp_path / "gan-2d.safetensors").write_bytes(whole[: len(whole) // 2])
    monkeypatch.setattr(gan, "shared", lambda name=gan.PLANE: gan.load(name, tmp_path))
    for cached in (run.pair, run.planes):
        cached.cache_clear()
    assert len(page().exception) == 1  # in words of app.py, which tests/test_assets.py reads
    failed = [record.exc_info[1] for record in caplog.records if record.exc_info]
    assert [type(error) for error in failed] == [BadAsset]
    assert "gan-2d.safetensors must be a safetensors file of weights" in str(failed[0])
    assert not page(vgn_section="Training").exception

"""The gestures page as a script: default, links, tries, signs of one's own, what was wrong."""

from functools import partial

import pytest

from pages.hmm.gestures import case as run
from pages.hmm.gestures import stage
from tests.pages import script
from tests.pages.script import text_of

open_page = partial(script.open_page, "hmm/gestures/page.py")
OWN = run.Own("tick", tuple(stage.example("V", seed) for seed in range(5)), 3, 5)
SHORT = run.Own("dash", tuple(run.stroke_text([[0.1, 0.1 * i, 0], [0.9, 0.1 * i, 800]])
                              for i in range(5)), 2, 4)  # fmt: skip


def test_the_default_state_opens_the_whole_stroke():
    at = open_page()
    assert "“circle” after" in text_of(at)
    assert "nobody drew them" in text_of(at)
    assert not at.warning


def test_a_link_lays_its_stroke_on_the_pad():
    at = open_page(hmmg_stroke=stage.example("Z", 4), hmmg_by="time", hmmg_step="9")
    assert "“Z” after 9 steps" in text_of(at)
    assert at.query_params["hmmg_stroke"] == [stage.example("Z", 4)] or at.query_params[
        "hmmg_stroke"
    ] == stage.example("Z", 4)
    at.selectbox(key="hmmg_by").set_value("length").run()
    assert not at.exception, at.exception
    assert "“Z” after 9 steps" in text_of(at)


def test_a_recording_and_what_the_folds_said():
    at = open_page(hmmg_section="Libras recordings", hmmg_sign="tremble", hmmg_recording="4")
    assert "tremble 4, " in text_of(at)
    assert [m.value for m in at.metric] == ["0.907", "0.858", "0.812"]
    assert "how a new signer would fare is unknown" in text_of(at)
    at.selectbox(key="hmmg_sign").set_value("circle").run()
    assert not at.exception, at.exception
    assert "held out" in text_of(at)


def test_a_confused_recording_goes_to_the_stage():
    at = open_page(hmmg_section="Libras recordings")
    row = at.selectbox(key="hmmg_watch").options
    assert row
    at.selectbox(key="hmmg_watch").set_value(at.selectbox(key="hmmg_watch").options[0]).run()
    assert not at.exception, at.exception
    assert at.selectbox(key="hmmg_sign").value == "horizontal zigzag"


def test_signs_of_one_s_own_come_with_the_link():
    at = open_page(hmmg_own=run.own_text((SHORT,)), hmmg_set="only my own")
    assert "“dash” after" in text_of(at)
    assert "2 states, by length" in text_of(at)
    at.text_input(key="hmmg_new").set_value("  Strich ").run()
    at.button(key="hmmg_rename").click().run()
    assert not at.exception, at.exception
    assert at.selectbox(key="hmmg_chosen").value == "Strich"
    at.button(key="hmmg_delete").click().run()
    assert "You have no sign yet" in text_of(at)
    assert "hmmg_own" not in at.query_params


def test_five_strokes_make_a_sign():
    at = open_page()
    at.session_state["hmmg_takes"] = OWN.examples
    at.text_input(key="hmmg_name").set_value("circle")
    at.run()
    at.button(key="hmmg_train").click().run()
    assert [w for w in at.warning if "There is a sign “circle” already" in w.value]
    at.text_input(key="hmmg_name").set_value("tick")
    at.slider(key="hmmg_states").set_value(3)
    at.slider(key="hmmg_iterations").set_value(4).run()
    at.button(key="hmmg_train").click().run()
    assert not at.exception, at.exception
    assert not at.warning
    assert "“tick”, 3 states" in text_of(at)
    assert at.session_state["hmmg_takes"] == ()
    at.slider(key="hmmg_iterations").set_value(1).run()
    assert not at.exception, at.exception
    assert "in 1 iteration of" in text_of(at)
    at.slider(key="hmmg_states").set_value(2).run()
    assert "“tick”, 2 states" in text_of(at)
    (read,) = run.own_of(run.own_text(at.session_state["hmmg_signs"]))
    assert read == run.Own("tick", OWN.examples, 2, 1)


def test_a_ninth_sign_is_told():
    at = open_page(hmmg_own=run.own_text((SHORT,)))
    at.session_state["hmmg_signs"] = at.session_state["hmmg_signs"] * 8
    at.session_state["hmmg_takes"] = OWN.examples
    at.text_input(key="hmmg_name").set_value("another").run()
    at.button(key="hmmg_train").click().run()
    assert [w for w in at.warning if "There may be 8 signs of your own" in w.value]


@pytest.mark.parametrize("which", range(4))
def test_each_try_shows_its_state(which: int):
    at = open_page()
    at.button(key=f"hmmg_try_{which}").click().run()
    assert not at.exception, at.exception
    wanted = ["“spiral” after", "“Z” after", "“Z” after", "a step"]
    assert wanted[which] in text_of(at)


@pytest.mark.parametrize(
    "name, value",
    [
        ("hmmg_section", "Break"),
        ("hmmg_set", "dogs"),
        ("hmmg_by", "<script>"),
        ("hmmg_frames", "\u202e"),
        ("hmmg_sign", "wave"),
        ("hmmg_recording", "25"),
        ("hmmg_recording", "0"),
        ("hmmg_judge", "2-NN"),
        ("hmmg_stroke", "AAAAA"),
        ("hmmg_stroke", "AAAAAA"),
        ("hmmg_own", "x~6~20~AAAAAA"),
        ("hmmg_own", "x"),
        ("hmmg_own", "٣~٣~٣~٣"),
        ("hmmg_step", "1e999"),
        ("hmmg_follow", "-1"),
    ],
)
def test_a_bad_link_is_told(name: str, value: str):
    link = {name: value}
    if name in ("hmmg_frames", "hmmg_sign", "hmmg_recording", "hmmg_judge"):
        link["hmmg_section"] = "Libras recordings"
    at = open_page(**link)
    assert [w for w in at.warning if name.replace("_", r"\_") in w.value], at.warning

"""A page's state: link, controls, stages, history; on a page made for it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import given
from streamlit.testing.v1 import AppTest

from genmodels.kit.state import (
    PageState,
    choice,
    finite,
    flag,
    number,
    numbers,
    optional,
    packed,
    parsed,
    several,
    text,
    whole,
)  # fmt: skip
from tests.genmodels.kit.reachable import states


def _letter(said: str) -> None:
    if said not in ("a", "b"):
        raise ValueError


def _points(said: Any) -> tuple[tuple[float, float], ...]:
    return tuple((finite(x, -1e6, 1e6), finite(y, -1e6, 1e6)) for x, y in said)


@dataclass(frozen=True)
class Toy(PageState):
    prefix = "toy"
    kind: str = choice(["Random folds", "Earlier to later"], step=True)
    alpha: str = choice({"0.1": 0.1, "1": 1.0}, "1")
    k: int = whole(1, 10, 2)
    cut: float = number(-1e6, 1e6, 0.0)
    z: tuple[float, float] = numbers(2, -4, 4, (0.0, 0.0))
    on: bool = flag()
    words: tuple[str, ...] = several(["x", "y", "z"])
    typed: str = text(30, "hello", name="toy_text")
    open: str | None = optional(_letter, "a or b", examples=["a", "b"])
    points: tuple[tuple[float, float], ...] = packed(
        _points, list, "points", (), examples=[((1.0, 2.5), (-3.0, 1e-7))]
    )
    pair: tuple[int, int] | None = parsed(
        lambda said: tuple(map(int, said.split("."))), lambda v: f"{v[0]}.{v[1]}", "as in 1.2",
        examples=[(1, 2)],
    )  # fmt: skip

    def unsound(self) -> list[str]:
        return ["open"] if self.open == "b" and self.k < 3 else []

    def after(self, before: "Toy") -> "Toy":
        return self if self.kind == before.kind else replace(self, cut=0.0)


@given(states(Toy))
def test_a_link_brings_every_state_back(state: Toy) -> None:
    assert Toy.of(state.link()) == state
    assert Toy.read(state.query()) == (state, {})


def test_defaults_are_left_out() -> None:
    assert Toy().link() == ""
    assert Toy(k=3, cut=-12.5).link() == "toy_k=3&toy_cut=-12.5"


@pytest.mark.parametrize(
    "name, value",
    [
        ("kind", "<script>"), ("alpha", "1e999"), ("k", "0"), ("k", "2.0"), ("k", "٣"),
        ("k", "9" * 5000), ("cut", "nan"), ("cut", "1e7"), ("z", "1"), ("z", "1,inf"),
        ("on", "maybe"), ("words", "x,w"), ("typed", "x" * 31), ("open", "c"), ("open", "b"),
        ("points", "!!"), ("points", "eJwDAAAAAAE"), ("pair", "."), ("pair", "1.x"), ("k", ""),
    ],
)  # fmt: skip
def test_a_bad_value_is_told_and_the_rest_holds(name: str, value: str) -> None:
    state, problems = Toy.read({"toy_alpha": "0.1"} | {Toy.key(name): value})
    assert list(problems) == [name]
    assert Toy.key(name) in problems[name]
    assert "must be" in problems[name]
    assert getattr(state, name) == getattr(Toy(), name)
    if name != "alpha":
        assert state.alpha == "0.1"
    with pytest.raises(ValueError, match=Toy.key(name)):
        Toy.of({Toy.key(name): value})


def test_a_bomb_is_no_value() -> None:
    import zlib
    from base64 import urlsafe_b64encode

    bomb = urlsafe_b64encode(zlib.compress(b"[" + b"1," * 10**6 + b"1]", 9)).decode()
    assert Toy.read({"toy_points": bomb})[1].keys() == {"points"}


def test_what_is_too_long_for_a_link_is_named() -> None:
    many = Toy(points=tuple((i * 0.7310001 % 97, i * 1.137 % 89) for i in range(2000)))
    assert many.too_long() == ["points"]
    assert many.link() == ""


# -- on a page -----------------------------------------------------------------------------------


def heard(now: Toy, said: Mapping[str, Any]) -> Toy:
    return replace(now, cut=finite(said["cut"]), open=said.get("open"))


def _page() -> None:
    import streamlit as st

    from tests.genmodels.kit.test_state import Toy, heard

    now = Toy.begin()
    now.control("kind", st.radio, "Kind")
    now.control("alpha", st.select_slider, "Alpha")
    now.control("k", st.number_input, "K")
    now.control("on", st.toggle, "On")
    now.control("typed", st.text_input, "Text")
    now.problem("cut", "open")
    st.text(repr(now))
    st.text(Toy.token("said"))
    st.text(Toy.token("other"))
    st.button("Try", key="try", on_click=Toy(kind="Earlier to later", open="a").put)
    st.button("Tell", key="tell", on_click=Toy.hears("said", "view", heard))


def open_toy(**link: str) -> AppTest:
    at = AppTest.from_function(_page)
    for name, value in link.items():
        at.query_params[f"toy_{name}"] = value
    at.run()
    assert not at.exception, at.exception
    return at


def _shown(at: AppTest) -> Toy:
    state: Toy = eval(at.text[0].value, {"Toy": Toy})
    return state


def test_the_first_run_leaves_the_link_alone() -> None:
    at = open_toy()
    assert _shown(at) == Toy()
    assert not dict(at.query_params)


def test_a_link_reaches_the_controls_and_a_bad_value_its_field() -> None:
    at = open_toy(kind="Earlier to later", alpha="0.1", k="99", cut="5", text="a b")
    assert _shown(at) == Toy(kind="Earlier to later", alpha="0.1", cut=5.0, typed="a b")
    assert at.select_slider[0].value == "0.1"
    assert at.text_input[0].value == "a b"
    assert [w.value.split(" must")[0] for w in at.warning] == ["The link's toy\\_k"]
    assert at.query_params["toy_k"] in ("99", ["99"])  # until something changes
    at.toggle[0].set_value(True).run()
    assert at.warning, "another field's change says nothing of this one"
    assert "toy_k" not in at.query_params
    at.number_input[0].set_value(4).run()
    assert not at.warning
    assert _shown(at).k == 4


def test_a_control_changes_state_and_link_and_what_goes_with_it() -> None:
    at = open_toy(cut="5")
    at.radio[0].set_value("Earlier to later").run()
    assert _shown(at) == Toy(kind="Earlier to later")
    assert dict(at.query_params.items()) == {"toy_kind": "Earlier to later"}
    assert at.session_state["page_steps"] == 1
    at.select_slider[0].set_value("0.1").run()
    assert at.session_state["page_steps"] == 1, "a slider's change is no step to go back to"


def test_a_try_moves_controls_and_stages() -> None:
    at = open_toy(k="7")
    before = at.text[1].value
    at.button("try").click().run()
    assert _shown(at) == Toy(kind="Earlier to later", open="a")
    assert at.radio[0].value == "Earlier to later"
    assert at.number_input[0].value == 2
    assert at.text[1].value != before
    assert at.session_state["page_steps"] == 1


def tell(at: AppTest, **view: Any) -> None:
    at.session_state["said"] = {"view": view}
    at.button("tell").click().run()
    assert not at.exception


def test_a_stage_is_heard_and_stays_where_it_is_while_others_move() -> None:
    at = open_toy()
    own, other = at.text[1].value, at.text[2].value
    tell(at, token=own, cut=3.123456789012)
    assert _shown(at).cut == 3.123456789
    assert at.text[1].value == own
    assert at.text[2].value != other
    assert "page_steps" not in at.session_state
    tell(at, token=own, cut=4.0, open="a")
    assert at.session_state["page_steps"] == 1


def test_what_does_not_go_with_the_rest_moves_the_stage_back() -> None:
    at = open_toy()
    own = at.text[1].value
    tell(at, token=own, cut=1.0, open="b")
    assert _shown(at) == Toy(cut=1.0)
    assert at.text[1].value != own


@pytest.mark.parametrize(
    "view", [{"cut": float("nan")}, {"cut": "3"}, {"cut": 1e7}, {}, {"cut": 1.0, "open": "evil"}]
)
def test_a_stage_that_says_nonsense_is_not_heard(view: dict[str, Any]) -> None:
    at = open_toy()
    tell(at, token=at.text[1].value, **view)
    assert _shown(at) == Toy()


def test_an_old_answer_never_wins() -> None:
    at = open_toy()
    old = at.text[1].value
    at.button("try").click().run()
    tell(at, token=old, cut=9.0)
    assert _shown(at) == Toy(kind="Earlier to later", open="a")


def test_a_message_that_crossed_ours_is_nobodys_choice() -> None:
    at = open_toy(text="old")
    at.session_state["toy:state"].state = replace(_shown(at), typed="new")
    at.run()
    assert at.text_input[0].value == "new"
    at.text_input[0].set_value("old").run()
    assert _shown(at).typed == "new"
    at.text_input[0].set_value("typed").run()
    assert _shown(at).typed == "typed"

"""The page grammar: links that are checked, text that can't become markup."""

import pytest
from streamlit.testing.v1 import AppTest

from genmodels.kit import frame
from genmodels.kit.frame import plain_text


def _page() -> None:
    import streamlit as st

    from genmodels.kit import frame

    problems = frame.link_problems(
        "x",
        {
            "x_k": frame.checked_whole("x_k", 1, 10, 3),
            "x_kind": frame.checked_choice("x_kind", ["full", "tied"], "full"),
        },
    )
    st.slider("K", 1, 10, 3, key="x_k", bind="query-params")
    frame.problem(problems.get("x_k"))
    st.selectbox("Kind", ["full", "tied"], key="x_kind", bind="query-params")
    frame.problem(problems.get("x_kind"))
    if st.button("Step"):
        frame.set_link({"x_step": 7, "x_long": "y" * 5000, "x_gone": None})


def test_a_good_link_says_nothing() -> None:
    at = AppTest.from_function(_page)
    at.query_params["x_k"] = "5"
    at.run()
    assert not at.warning
    assert at.slider[0].value == 5


def test_a_bad_link_gets_a_message_and_the_default() -> None:
    at = AppTest.from_function(_page)
    at.query_params["x_k"] = "99"
    at.query_params["x_kind"] = "<script>alert(1)</script>"
    at.run()
    assert not at.exception
    assert at.slider[0].value == 3
    assert [("x\\_k must" in w.value, "x\\_kind must" in w.value) for w in at.warning] == [
        (True, False),
        (False, True),
    ]
    assert "<script>" not in at.warning[1].value.replace("\\<", "")


def test_state_without_a_widget_goes_into_the_link() -> None:
    at = AppTest.from_function(_page).run()
    at.button[0].click().run()
    assert at.query_params["x_step"] == "7"
    assert "x_long" not in at.query_params
    assert not at.exception


def _field() -> None:
    import streamlit as st

    from genmodels.kit import frame

    def typed() -> None:
        if not frame.crossed("x_prior"):
            st.session_state["typed"] = st.session_state["x_prior"]

    if st.button("Drag"):
        frame.put_text("x_prior", "0")
    st.text_input("Prior", value="0.096", key="x_prior", on_change=typed)
    st.text(st.session_state.get("typed", "nothing"))


@pytest.mark.parametrize(
    ("arrives", "within", "field", "heard"),
    [
        ("0.096", 2.0, "0", "nothing"),  # what stood there before the drag: nobody typed it
        ("0.096", -1.0, "0.096", "0.096"),  # the same text later: typed
        ("0.5", 2.0, "0.5", "0.5"),
    ],
)
def test_a_message_that_crosses_a_put_text_is_not_typing(
    monkeypatch: pytest.MonkeyPatch, arrives: str, within: float, field: str, heard: str
) -> None:
    monkeypatch.setattr(frame, "CROSSING", within)
    at = AppTest.from_function(_field).run()
    at.button[0].click().run()
    assert at.text_input[0].value == "0"
    at.text_input[0].set_value(arrives).run()
    assert (at.text_input[0].value, at.text[0].value) == (field, heard)
    assert not at.exception


def test_plain_text_disarms_markdown() -> None:
    assert plain_text("a*b_[c](d) $x$") == r"a\*b\_\[c\](d) \$x\$"

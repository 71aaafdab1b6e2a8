"""Every page's state: its link brings it back, its tries open what they say, every number has an
address."""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from genmodels.kit.state import PageState
from pages import contents, number
from tests.genmodels.kit.reachable import states

PATHS = [
    path
    for pages in contents.PAGES.values()
    for file, _, path in pages
    if file.endswith("/page.py") and find_spec(f"{contents.package_of(path)}.state")
]
PREFIXES = {path: number.state_of(path).prefix for path in PATHS}


def module(path: str, name: str) -> Any:
    return import_module(f"{contents.package_of(path)}.{name}")


def tries(path: str) -> list[Any]:
    return list(getattr(module(path, "state"), "TRIES", []))


def state_of_try(path: str, attempt: Any) -> PageState:
    made = attempt.apply
    return made if isinstance(made, PageState) else made(number.state_of(path)())


@pytest.mark.parametrize("path", PATHS)
@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_link_brings_every_state_back(path: str, data: st.DataObject) -> None:
    page = number.state_of(path)
    state = data.draw(states(page))
    if not state.too_long():
        assert page.of(state.link()) == state


@pytest.mark.parametrize("path", PATHS)
def test_every_question_has_a_link_and_what_it_opens_an_address(path: str) -> None:
    page = number.state_of(path)
    for attempt in tries(path):
        said = state_of_try(path, attempt)
        state = said.sound()
        assert state.link() == said.link(), attempt.label
        assert page.of(state.link()) == state, attempt.label
        if found := module(path, "opened").opened(state):
            again = number.opened(f"/{path}?{state.link()}")
            assert (again.title, again.value) == (found.title, found.value)


def test_no_two_fields_have_one_name_in_a_link() -> None:
    names = [page.key(f) for page in map(number.state_of, PATHS) for f in page.fields()]
    shared = {name for name in names if names.count(name) > 1}
    assert not shared, shared


def test_a_number_is_printed_with_its_unit(capsys: pytest.CaptureFixture[str]) -> None:
    assert number.main(["/nb-threshold?nbd_open=auc"]) == 0
    title, value, unit = capsys.readouterr().out.rstrip("\n").split("\t")
    assert title.startswith("Area under the ROC curve")
    assert value == repr(number.opened("/nb-threshold?nbd_open=auc").value)
    assert unit == ""


@pytest.mark.parametrize(
    "link, words",
    [
        ("/nb-threshold?nbd_open=nothing", "nbd_open must be one of"),
        ("/nb-threshold", "no number open"),
        ("/nowhere", "must be one of"),
    ],
)
def test_what_has_no_number_says_why(
    link: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert number.main([link]) == 2
    said = capsys.readouterr()
    assert words in said.err
    assert not said.out

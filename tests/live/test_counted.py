"""What is asked for ahead of a rerun: the page's own answer, and words for wrong requests."""

import json
from typing import Any

import pytest

from genmodels.live.protocol import BAD, GOOD, request
from pages.nb import counted_live as counted
from pages.nb.films import case as nb_films_run
from pages.nb.films import shelf as nb_films_shelf
from pages.nb.teach import lesson as nb_teach_lesson
from pages.nb.teach import text as nb_teach_text
from pages.nb.words import board as nb_words_board
from tests.live.talk import talk

FILMS: dict[str, Any] = {"rated": [[505, 1], [387, 0]], "method": "tempered", "open": "r262.505"}


WORDS: dict[str, Any] = {"kind": "bernoulli", "source": "both", "search": " Fre"}


LESSON: dict[str, Any] = {
    "taught": "c0-9.o0s", "own": ["free lunch"], "kind": "bernoulli", "alpha": 0.5, "prior": None,
    "by_text": True, "text": "free <b>money</b> 🙂",
}  # fmt: skip


def ask(route: str, *payloads: bytes) -> list[tuple[int, int, bytes]]:
    frames = [request(3 + i, p) for i, p in enumerate(payloads)]
    return talk(counted.routes(), f"/live/counted/{route}", frames)


@pytest.mark.parametrize("method", nb_films_run.METHODS)
@pytest.mark.parametrize("opened", [None, "t5", "r262.505"])
def test_the_shelf_is_the_page_s_own(method: str, opened: str | None) -> None:
    ((sequence, status, body),) = ask(
        "films", json.dumps({**FILMS, "method": method, "open": opened}).encode()
    )
    assert (sequence, status) == (3, GOOD)
    shelf = nb_films_run.shelf(((505, 1), (387, 0)), method)
    assert json.loads(body) == nb_films_shelf.shown(shelf, opened)


def test_a_hundred_ratings_fit_into_a_request() -> None:
    rated = [[film, film % 2] for film in range(748, 848)]
    ((_, status, body),) = ask("films", json.dumps({**FILMS, "rated": rated}).encode())
    assert status == GOOD, body
    assert len(json.loads(body)["why"]["rows"]) == 101


def test_the_words_are_the_page_s_own() -> None:
    ((_, status, body),) = ask("words", json.dumps(WORDS).encode())
    assert status == GOOD
    made = json.loads(body)
    assert made == nb_words_board.payload("bernoulli", "both", " Fre")
    assert made["for"] == list(WORDS.values())
    assert "free" in {one["word"] for one in made["words"]}


def test_the_lesson_s_reading_is_the_page_s_own() -> None:
    ((_, status, body),) = ask("lesson", json.dumps(LESSON).encode())
    assert status == GOOD
    items = nb_teach_lesson.decode(LESSON["taught"], LESSON["own"])
    lesson = nb_teach_lesson.lesson(items, LESSON["own"], "bernoulli", 0.5, None)
    assert json.loads(body) == {"id": 0, **nb_teach_text.reading(lesson, LESSON["text"], True)}
    ((_, _, words),) = ask("lesson", json.dumps({**LESSON, "id": 7, "lexicon": True}).encode())
    assert words == nb_teach_text.held(lesson)
    _, asked = nb_teach_text.named(items, LESSON["own"], lesson, True)
    assert {**(asked or {}), "text": LESSON["text"]} == LESSON
    assert nb_teach_text.named(items, ["x" * 3001], lesson, True)[1] is None


def test_the_longest_text_fits_into_a_request() -> None:
    text = "\u0001" * 8000  # six bytes each
    long = {**LESSON, "taught": "m0s", "own": ["\u0001" * 3000], "text": text}
    ((_, status, body),) = ask("lesson", json.dumps(long).encode())
    assert status == GOOD, body


@pytest.mark.parametrize(
    "route, wrong, said",
    [
        ("films", b"\xff", "must be JSON with exactly rated, method, open"),
        ("films", {**FILMS, "more": 1}, "must be JSON with exactly"),
        ("films", {**FILMS, "method": "best"}, "method must be one of naive Bayes, tempered"),
        ("films", {**FILMS, "rated": [[5, 2]]}, "rated must be a list of [film, 0 or 1]"),
        ("films", {**FILMS, "rated": [[f, 1] for f in range(101)]}, "rated must be a list"),
        ("films", {**FILMS, "open": "t848"}, "open must be like t42"),
        ("films", {**FILMS, "open": 5}, "open must be text or null; got 5"),
        ("words", {**WORDS, "kind": "gaussian"}, "kind must be one of multinomial, bernoulli"),
        ("words", {**WORDS, "source": 1}, "source must be one of both, earlier; got 1"),
        ("words", {**WORDS, "search": "a" * 41}, "search must be text of at most 40 letters"),
        ("words", {**WORDS, "search": None}, "search must be text of at most 40 letters; got None"),
        ("lesson", {**LESSON, "taught": "x"}, "codes must be like m2s"),
        ("lesson", {**LESSON, "taught": 1}, "taught must be text; got 1"),
        ("lesson", {**LESSON, "taught": "o1s"}, "own text must be below 1"),
        ("lesson", {**LESSON, "own": "x"}, "own must be a list of texts"),
        ("lesson", {**LESSON, "own": ["x" * 3001]}, "own must have at most 3000 characters"),
        ("lesson", {**LESSON, "alpha": 0}, "alpha must be a number from 0.001 to 100; got 0"),
        ("lesson", {**LESSON, "prior": 1}, "prior must be a number from 0.001 to 0.999; got 1"),
        ("lesson", {**LESSON, "id": -1}, "id must be a whole number; got -1"),
        ("lesson", {**LESSON, "lexicon": 1}, "lexicon must be true or false; got 1"),
        ("lesson", {**LESSON, "by_text": 1}, "by_text must be true or false; got 1"),
        ("lesson", {**LESSON, "text": "a" * 8001}, "text must be text of at most 8000 characters"),
    ],
)
def test_a_wrong_request_gets_words(route: str, wrong: Any, said: str) -> None:
    payload = wrong if isinstance(wrong, bytes) else json.dumps(wrong).encode()
    good = {"films": FILMS, "words": WORDS, "lesson": LESSON}[route]
    (_, status, body), (_, after, _) = ask(route, payload, json.dumps(good).encode())
    assert status == BAD
    assert said in body.decode()
    assert after == GOOD

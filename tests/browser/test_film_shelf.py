"""The film shelf in Chromium: search, rate, take back, open; what Python answers."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from pages.nb.films import case as run
from pages.nb.films import shelf as films_shelf

from .conftest import ready


def best(rated: run.Rated, method: str = "naive Bayes") -> str:
    return ",".join(str(film) for film in run.shelf(rated, method).best)


def test_rate_search_and_take_back(open_page: Callable[..., Page]) -> None:
    page = open_page("/nb-films")
    root = ready(page, "film-shelf")
    expect(root).to_have_attribute("data-best", best(run.START))
    search = root.get_by_role("searchbox")
    search.fill("AMÉLIE fabuleux")
    expect(root).to_have_attribute("data-found", "1")
    root.locator(".found [data-rate$='+']").click()
    film = next(f for f in range(848) if "Amelie" in run.title(f))
    rated = (*run.START, (film, 1))
    expect(root).to_have_attribute("data-best", best(rated))
    expect(root).to_have_attribute("data-current", "true")
    page.wait_for_url(f"**nbf_rated={run.rated_text(rated).replace('+', '%2B')}*")
    root.locator(f".mine [data-rate='{film}+']").click()  # pressed again: taken back
    expect(root).to_have_attribute("data-best", best(run.START))
    search.fill("<img src=x onerror=alert(1)>")
    expect(root).to_have_attribute("data-found", "0")
    expect(root).to_contain_text("No film has these words")
    root.get_by_role("button", name="Clear all").click()
    expect(root).to_have_attribute("data-best", best(()))
    assert page.evaluate("performance.getEntriesByName('genmodels:film-shelf:answer').length")


def test_live_answers_are_those_of_python(open_page: Callable[..., Page]) -> None:
    page = open_page("/nb-films?nbf_method=tempered")
    root = ready(page, "film-shelf")
    expect(root).to_have_attribute("data-live", "open")
    rated = list(run.START)
    for film, opinion in ((260, 0), (73, 0), (5, 1)):
        root.get_by_role("searchbox").fill(run.title(film).rsplit(" (", 1)[0])
        root.locator(f".found [data-rate='{film}{'+' if opinion else '-'}']").click()
        made = dict(rated) | {film: opinion}
        shelf = run.shelf(tuple(made.items()), "tempered")
        rated = list(made.items())
        expect(root).to_have_attribute("data-rated", run.rated_text(shelf.rated))
        expect(root).to_have_attribute("data-current", "true")
        expect(root).to_have_attribute("data-best", ",".join(map(str, shelf.best)))
        total = float(root.get_attribute("data-total") or "nan")
        assert total == float(shelf.log_odds[shelf.best[0]])  # to the last digit
        shares = root.locator(".best .chance b").all_text_contents()
        assert shares == [films_shelf.percent(shelf.probability(f)) for f in shelf.best]


def test_why_opens_by_keyboard_and_on_a_phone(open_page: Callable[..., Page]) -> None:
    page = open_page("/nb-films?nbf_method=tempered", width=390, height=844)
    root = ready(page, "film-shelf")
    second = run.shelf(run.START, "tempered").best[1]
    root.locator(f".best [data-film='{second}']").press("Enter")
    expect(root).to_have_attribute("data-looked", str(second))
    inspector = page.locator(".st-key-inspector")
    expect(inspector).to_contain_text(f"Log-odds of {run.title(second)}")
    root.locator(f"[data-open='r{second}.505']").press("Enter")
    expect(inspector).to_contain_text("You like The Matrix (1999)")
    page.wait_for_url(f"**nbf_open=r{second}.505*")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390

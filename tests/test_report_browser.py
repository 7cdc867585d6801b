"""The report as a reader sees it: opened from disk in a headless browser."""

import itertools
from collections import defaultdict
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
import reports
from browser import reason, started

from clusterlib.export import pages
from clusterlib.plot import picture

WIDTHS = (380, 1400)
# The smallest text of a figure, in points, and what it may be on a screen, in pixels.
POINTS, PIXELS = 8, 9


@pytest.fixture(scope="module")
def browser():
    with started() as browser:
        if not browser:
            pytest.skip(reason())
        yield browser


@pytest.fixture(scope="module")
def files(index):
    return sorted(index.parent.rglob("*.html"))


@contextmanager
def opened(browser, index):
    """Open a page that fails if it complains or asks for what is not in the folder."""
    faults = []
    page = browser.new_page(viewport={"width": 1400, "height": 900})
    page.add_init_script(path=Path(__file__).with_name("look.js"))
    page.on("console", lambda message: faults.append(message.text))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("dialog", lambda dialog: faults.append("a dialog opened"))
    page.on("request", lambda request: inside(request.url) or faults.append(request.url))
    root = index.parent.resolve()

    def inside(url):
        if url.startswith("data:"):
            return True
        path = Path(unquote(urlsplit(url).path))
        return url.startswith("file:") and path.is_file() and path.resolve().is_relative_to(root)

    yield page
    page.close()
    assert faults == []


@pytest.fixture
def page(browser, index):
    with opened(browser, index) as page:
        yield page


@pytest.fixture(scope="module")
def seen(browser, index, files):
    """Open each page once, and return what the tests look at, by file."""
    with opened(browser, index) as page:
        return {path: look(page, path) for path in files}


def look(page, path):
    page.goto(path.as_uri())
    values, overflow, figures = page.evaluate("look.content()"), {}, {}
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        overflow[width] = page.evaluate("look.overflow()")
        figures[width] = page.evaluate("look.scales()")
    return values | {"overflow": overflow, "figures": figures}


def test_no_page_fetches_anything_or_runs_another_script(seen):
    for path, page in seen.items():
        assert page["title"] != "owned" and page["active"] == 0, path.name
        assert set(page["scripts"]) <= {pages.SCRIPT}, path.name
        assert not [name for name in page["attributes"] if name.startswith("on")], path.name


def test_every_quotation_is_highlighted_where_its_link_leads(page, index):
    page.goto(index.as_uri())
    links = page.locator(".claim blockquote").evaluate_all(
        "all => all.map(e => [e.querySelector('a').href, e.querySelector('[dir]').textContent])"
    )
    claims = reports.tables()["claims"]
    expected = claims.loc[claims["strength"] != "doubtful", "evidence"].map(len).sum()
    assert len(links) == expected > 30
    quotes = defaultdict(dict)
    for href, quote in links:
        path, _, fragment = href.partition("#")
        quotes[path][fragment] = quote
    for (path, quoted), width in itertools.product(quotes.items(), WIDTHS):
        page.goto("about:blank")
        page.set_viewport_size({"width": width, "height": 800})
        # The first is where the page opens; to the others it goes on from there.
        page.goto(f"{path}#{next(iter(quoted))}")
        for (fragment, quote), landed in zip(
            quoted.items(),
            page.evaluate("quoted => look.landed(quoted)", list(quoted)),
            strict=True,
        ):
            assert landed and landed["visible"] and landed["alike"], fragment
            assert "".join(landed["text"].split()) == "".join(quote.split()), fragment
            assert len(set(landed["colours"])) == 3, fragment


def test_a_click_leads_to_the_quotation_and_back(page, index):
    page.goto(index.as_uri())
    page.locator("#claim-nl-one blockquote a").click()
    assert page.locator(":target").evaluate("e => e.tagName") == "MARK"
    assert page.locator(".row:has(:target) .english").is_visible()
    page.locator(".row:has(:target) .under a").first.click()
    assert page.locator(":target").get_attribute("id") == "claim-nl-one"


@pytest.mark.parametrize("width", WIDTHS)
def test_no_text_overflows_and_that_of_figures_is_large_enough_to_read(seen, index, width):
    for path, page in seen.items():
        assert page["overflow"][width] == [0, []], path.name
    figures = {path: page["figures"][width] for path, page in seen.items()}
    assert figures[index] and sum(map(len, figures.values())) > 10
    for path, page in figures.items():
        for scale, shown, scrolls in page:
            assert POINTS / 72 * picture.DPI * scale >= PIXELS, path.name
            assert shown and scrolls, path.name


def test_pictures_fit_a_phone_and_print_and_their_letters_are_read(page, index):
    page.goto(index.as_uri())
    for width in (360, *WIDTHS):
        page.set_viewport_size({"width": width, "height": 800})
        letters = page.evaluate("look.letters()")
        assert len(letters) == 2 and min(letters) >= PIXELS, width
        assert page.evaluate("look.gap()") > 5, width  # half of a mark, and a little
    labels = page.locator(".map .labels text.unsure").all_text_contents()
    assert len(labels) == 2 and all(label.endswith("?") for label in labels)
    # Points are seen through the edge of a name.
    edge = page.locator(".map .labels").evaluate("e => getComputedStyle(e).strokeOpacity")
    assert float(edge) < 1
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 672, "height": 900})  # A4 within its margins
    assert page.evaluate("look.overflow()")[0] == 0


def test_headings_languages_and_alternatives(seen, page, index):
    for path, values in seen.items():
        first, *others = levels = values["headings"]
        assert first == 1 and 1 not in others, path.name
        assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
        assert values["lang"] == "en" and values["description"], path.name
        assert values["landmarks"] == [1, 1] and all(values["heads"]), path.name
        for lacking in ("regions", "bare", "cut", "speechless", "without alternative"):
            assert values[lacking] == 0, path.name
        assert len(values["ids"]) == len(set(values["ids"])), path.name
    page.goto((index.parent / "texts" / "ar.html").as_uri())
    original = page.locator(".original").first
    assert (original.get_attribute("lang"), original.get_attribute("dir")) == ("ar", "rtl")


def test_hostile_text_is_shown_as_text(page, files):
    texts = {path.stem: path for path in files}
    page.goto(next(path for name, path in texts.items() if name.startswith("odd-")).as_uri())
    shown = " ".join(page.locator("main").inner_text().split())
    for text in (reports.SCRIPT, reports.IMAGE, reports.TEMPLATE, reports.LONG):
        assert text in shown
    assert page.locator("main img").count() == 0
    page.goto(texts["index"].as_uri())
    shown = " ".join(page.locator("main").inner_text().split())
    assert f"A claim with {reports.IMAGE} and {reports.TEMPLATE}." in shown
    page.goto(texts["99-hostile"].as_uri())
    shown = " ".join(page.locator(".prose").inner_text().split())
    assert reports.SCRIPT in shown and reports.IMAGE in shown


def test_the_keyboard_reaches_the_content_and_shows_where_it_is(page, index):
    page.goto(index.as_uri())
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Skip to the content"
    assert page.locator(":focus").bounding_box()["x"] >= 0
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.locator("main :focus").evaluate("e => getComputedStyle(e).outlineStyle") == "solid"


def test_print_shows_every_quotation(page, index):
    page.goto(index.as_uri())
    page.emulate_media(media="print")
    hidden = page.locator(".claim blockquote").evaluate_all(
        "all => all.filter(e => !e.offsetHeight)"
    )
    assert hidden == []
    assert not page.locator("nav").is_visible()


def test_tables_are_searched_and_sorted(page, index):
    page.goto((index.parent / "tables" / "passages.html").as_uri())
    rows = page.locator("tbody tr")
    total = rows.count()
    page.locator("input[type=search]").fill("nl-00 headline")
    shown = page.locator("tbody tr:visible")
    assert 0 < shown.count() < total
    assert page.locator("output").inner_text() == f"{shown.count()} of {total} rows"
    page.locator("input[type=search]").fill("")
    for direction in ("ascending", "descending"):
        page.locator("thead button", has_text="start").click()
        assert page.locator("thead th[aria-sort]").get_attribute("aria-sort") == direction
        cells = page.locator("tbody tr td:nth-child(5)").all_inner_texts()
        numbers = [int(cell) for cell in cells]
        assert numbers == sorted(numbers, reverse=direction == "descending")

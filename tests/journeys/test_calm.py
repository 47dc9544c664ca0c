"""Staff find anything by a key, narrow a table, take it away, put a to-do aside, hang a sale on a wall."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from sqlalchemy import text

from tests.factories.house import House
from tests.journeys.test_booking import OWNER
from webapp.demo.load import PASSWORD

pytestmark = pytest.mark.browser
BASE = "/staff/night-circuit"


def staff(browser: Browser, house: House, *, scripts: bool, width: int = 1440) -> Page:
    opened = browser.new_context(
        base_url=house.url, viewport={"width": width, "height": 900}, java_script_enabled=scripts
    )
    page = opened.new_page()
    page.goto("/staff")
    page.get_by_role("textbox", name="E-mail").fill(OWNER)
    page.get_by_role("textbox", name="Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    return page


@pytest.fixture
def quick(browser: Browser, house: House) -> Iterator[Page]:
    page = staff(browser, house, scripts=True)
    yield page
    page.context.close()


@pytest.fixture
def plain(browser: Browser, house: House) -> Iterator[Page]:
    page = staff(browser, house, scripts=False)
    yield page
    page.context.close()


@pytest.fixture
def order(house: House) -> tuple[str, str]:
    """The code and the buyer of an order of the house."""
    with house.database.reading() as db:
        row = db.execute(
            text(
                "SELECT o.code, o.buyer_name FROM orders o JOIN organizers g ON g.id = o.organizer_id"
                " WHERE g.slug = 'night-circuit' AND o.state = 'paid' ORDER BY o.id LIMIT 1"
            )
        ).one()
    return row.code, row.buyer_name


def test_a_key_an_arrow_and_enter_open_an_order(quick: Page, order: tuple[str, str]) -> None:
    code, buyer = order
    quick.goto(f"{BASE}/events")
    quick.keyboard.press("/")
    finder = quick.get_by_role("searchbox", name=re.compile("Find an order"))
    expect(finder).to_be_focused()
    quick.keyboard.type(code.replace("-", "").lower())
    expect(quick.locator("#finder-found a").first).to_contain_text(code)
    quick.keyboard.press("Escape")
    expect(finder).not_to_be_focused()
    expect(quick.locator("#finder-found a").first).to_be_hidden()

    quick.keyboard.press("/")
    quick.keyboard.press("ArrowDown")
    quick.keyboard.press("Enter")
    expect(quick).to_have_url(re.compile(f"{BASE}/orders/{code}$"))
    expect(quick.get_by_role("heading", level=1)).to_have_text(f"Order {code}")
    expect(quick.locator(".staff-head")).to_contain_text(buyer)


def test_the_field_works_as_a_plain_form(plain: Page, order: tuple[str, str]) -> None:
    code, _ = order
    plain.goto(f"{BASE}/events")
    plain.get_by_role("searchbox", name=re.compile("Find an order")).fill(code)
    plain.keyboard.press("Enter")
    plain.get_by_role("link", name=re.compile(code)).first.click()
    expect(plain.get_by_role("heading", level=1)).to_have_text(f"Order {code}")


def test_a_table_is_narrowed_sorted_shared_and_taken_away(
    quick: Page, plain: Page, order: tuple[str, str], tmp_path: Path
) -> None:
    code, buyer = order
    quick.goto(f"{BASE}/orders")
    rows = quick.locator("#orders tbody tr")
    expect(rows).not_to_have_count(0)
    quick.get_by_role("link", name=re.compile("^Paid")).click()
    expect(quick).to_have_url(re.compile("state=paid"))
    quick.get_by_role("searchbox", name="Code, name or mail").press_sequentially(buyer)
    expect(quick).to_have_url(re.compile(r"q="))
    expect(quick).to_have_url(re.compile(r"state=paid"))
    expect(quick.get_by_role("searchbox", name="Code, name or mail")).to_be_focused()
    quick.get_by_role("link", name="Total").click()
    expect(quick.get_by_role("columnheader", name="Total")).to_have_attribute("aria-sort", "descending")
    expect(quick).to_have_url(re.compile(r"sort=-total"))
    assert "&event=" not in quick.url, "what is empty stays out of the address"
    said = [cell.split()[0] for cell in rows.locator("td:first-child").all_inner_texts()]
    assert code in said

    plain.goto(quick.url)
    assert [
        cell.split()[0] for cell in plain.locator("#orders tbody tr td:first-child").all_inner_texts()
    ] == said, "the address alone says what is shown"

    with quick.expect_download() as taken:
        quick.get_by_role("link", name=re.compile("^CSV")).click()
    path = tmp_path / "orders.csv"
    taken.value.save_as(path)
    assert re.fullmatch(r"orders-\d{4}-\d\d-\d\d\.csv", taken.value.suggested_filename)
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert [row["Order"] for row in csv.DictReader(file)] == said
    quick.go_back()
    expect(quick).not_to_have_url(re.compile("sort="))


def test_a_late_answer_never_overwrites_a_newer_wish(quick: Page, order: tuple[str, str]) -> None:
    _, buyer = order
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    quick.goto(f"{BASE}/orders")
    quick.route(lambda url: "q=" in url and "sort=" not in url, hold)
    quick.get_by_role("searchbox", name="Code, name or mail").fill(buyer)
    quick.wait_for_timeout(500)
    assert held, "the typed words are asked for"
    quick.get_by_role("link", name="Total").click()
    total = quick.get_by_role("columnheader", name="Total")
    expect(total).to_have_attribute("aria-sort", "descending")
    for route in held:
        route.continue_()
    quick.wait_for_timeout(700)
    expect(total).to_have_attribute("aria-sort", "descending")
    expect(quick).to_have_url(re.compile(r"q=.*sort=-total|sort=-total.*q="))
    expect(quick.locator("#orders tbody tr")).not_to_have_count(0)
    for name in quick.locator("#orders tbody tr td:nth-child(3)").all_inner_texts():
        assert buyer in name, "the typed words narrow it too"


def test_two_tables_on_a_page_keep_what_the_other_is_asked_for(quick: Page) -> None:
    quick.goto(f"{BASE}/messages")
    quick.get_by_role("searchbox", name="Address or reason").fill("nowhere")
    expect(quick).to_have_url(re.compile("b-q=nowhere$"))
    quick.get_by_role("searchbox", name="Subject, text or who wrote it").fill("never written")
    expect(quick).to_have_url(re.compile("q=never%20written&b-q=nowhere$"))
    expect(quick.get_by_role("searchbox", name="Address or reason")).to_have_value("nowhere")
    quick.reload()
    expect(quick.get_by_role("searchbox", name="Address or reason")).to_have_value("nowhere")


@pytest.mark.parametrize("kind", ["quick", "plain"])
def test_orders_are_ticked_to_write_to_their_buyers(
    request: pytest.FixtureRequest, kind: str, order: tuple[str, str]
) -> None:
    page: Page = request.getfixturevalue(kind)
    page.goto(f"{BASE}/orders?state=paid")
    boxes = page.get_by_role("checkbox", name=re.compile("^Tick order"))
    chosen = [boxes.nth(place).get_attribute("value") for place in (0, 1)]
    for place in (0, 1):
        boxes.nth(place).check()
    page.get_by_role("button", name="Write to the ticked").click()
    expect(page.get_by_role("textbox", name="Codes of orders")).to_have_value("\n".join(map(str, chosen)))
    page.get_by_role("textbox", name="Subject").fill("Your orders")
    page.get_by_role("textbox", name="Text", exact=True).fill("Hello {name}")
    page.get_by_role("button", name="Keep and look at it").click()
    expect(page.locator(".staff-head")).to_contain_text("The buyers of 2 chosen orders")


def test_a_todo_is_put_aside_with_a_note_and_taken_up_again(quick: Page, house: House) -> None:
    of_house = (
        "SELECT o.id FROM orders o JOIN organizers g ON g.id = o.organizer_id WHERE g.slug = 'night-circuit'"
    )
    with house.database.writing() as db:
        # A late payment whose places were gone, without the morning that leads to it.
        db.execute(text("SET LOCAL session_replication_role = replica"))
        db.execute(
            text(f"UPDATE orders SET state = 'needs_review' WHERE id = ({of_house} ORDER BY o.id LIMIT 1)")
        )
    quick.goto(BASE)
    one = quick.locator(".todo", has_text="to review")
    expect(one).to_be_visible()
    one.get_by_text("Put aside").first.click()
    one.get_by_role("textbox", name="Why, for the others").fill("The bank calls")
    one.get_by_role("button", name="Put aside").click()
    expect(quick.locator("#notices")).to_contain_text("Put aside")
    expect(quick.locator(".todo-list").first.locator(".todo", has_text="to review")).to_have_count(0)
    quick.get_by_text(re.compile("^Put aside: ")).click()
    aside = quick.locator(".todo", has_text="The bank calls")
    aside.get_by_role("button", name=re.compile("Take up again")).click()
    expect(quick.locator(".todo", has_text="to review")).to_be_visible()


def test_a_wall_turns_by_itself_and_says_when_it_is_old(quick: Page) -> None:
    quick.goto(f"{BASE}/wall")
    state = quick.locator("[data-wall-state]")
    expect(state).to_have_text("Live", timeout=10_000)
    counted = quick.locator("[data-counted]").first.get_attribute("data-counted")
    quick.wait_for_function(
        "(before) => document.querySelector('[data-counted]').dataset.counted !== before", arg=counted
    )

    # Neither told nor answered, as when a network fails under an open page.
    quick.route("**/live/**", lambda route: route.abort())
    quick.goto(f"{BASE}/wall")
    quick.route(f"**{BASE}/wall*", lambda route: route.abort())
    expect(state).to_have_text(re.compile("^Old: these figures are from"), timeout=30_000)
    quick.unroute("**/live/**")
    quick.unroute(f"**{BASE}/wall*")
    expect(state).to_have_text("Live", timeout=30_000)

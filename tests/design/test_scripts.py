"""What scripts add to pages that are complete without them."""

from playwright.sync_api import Browser, Page, expect


def test_buttons_beside_a_number_stop_at_its_ends(page: Page, address: str) -> None:
    page.goto(address)
    for _ in range(6):
        page.get_by_role("button", name="One Standard more").click()
    expect(page.get_by_label("Standard, number of tickets")).to_have_value("4")
    for _ in range(6):
        page.get_by_role("button", name="One Standard less").click()
    expect(page.get_by_label("Standard, number of tickets")).to_have_value("0")


def test_the_sum_follows_the_numbers(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("button", name="One Standard more").click()
    page.get_by_role("button", name="One Carer more").click()
    expect(page.locator("[data-picker-sum]")).to_have_text("2 tickets, CA$30.00")


def test_the_sum_takes_the_lower_price_while_it_lasts_and_the_groups_from_its_number_on(
    page: Page, address: str
) -> None:
    page.goto(address)
    early = page.get_by_label("Early, number of tickets")
    early.fill("4")
    expect(page.locator("[data-picker-sum]")).to_have_text("4 tickets, CA$95.00")
    early.fill("5")
    expect(page.locator("[data-picker-sum]")).to_have_text("5 tickets, CA$106.00")


def test_the_sum_takes_what_somebody_wants_to_pay(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_label("What you pay for each Own, CAD").fill("7,50")
    page.get_by_label("Own, number of tickets").fill("2")
    expect(page.locator("[data-picker-sum]")).to_have_text("2 tickets, CA$15.00")


def test_what_is_free_says_so(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("button", name="One Carer more").click()
    expect(page.locator("[data-picker-sum]")).to_have_text("1 ticket, free")


def test_the_countdown_runs_and_says_two_minutes_aloud(page: Page, address: str) -> None:
    page.goto(f"{address}?left=121")
    expect(page.locator(".countdown")).to_have_attribute("data-state", "soon", timeout=5_000)
    expect(page.locator("[data-countdown-says]")).to_have_text("Held for 2 more minutes.")


def test_the_countdown_follows_the_servers_clock(page: Page, address: str) -> None:
    page.clock.install(time="2001-01-01T00:00:00")
    page.goto(f"{address}?left=300")
    page.clock.run_for(2_000)
    assert page.locator(".countdown time").inner_text() in {"4:58", "4:59", "5:00"}


def test_a_visitor_elsewhere_sees_their_own_time(page: Page, address: str) -> None:
    page.goto(address)
    own = page.locator("[data-own-time]")
    expect(own.first).to_have_text("00:15 on Sunday for you in Berlin")
    expect(own.last).to_be_hidden()


def test_a_refusal_is_shown_and_gets_the_focus(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("button", name="Hold").click()
    notice = page.get_by_role("alert").filter(has_text="Only 2 places are left")
    expect(notice).to_be_focused()
    expect(page.get_by_label("Standard, number of tickets")).to_be_visible()


def test_without_script_the_numbers_are_plain_fields(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    expect(page.get_by_role("button", name="One Standard more")).to_be_hidden()
    page.get_by_label("Standard, number of tickets").fill("2")
    page.get_by_role("button", name="Hold").click()
    expect(page.get_by_role("heading", name="Only 2 places are left")).to_be_visible()
    context.close()

"""The calendar as staff look at it."""

from tests.factories.series import a_series
from tests.webapp.planning.conftest import Desk


def test_a_month_a_week_and_a_list_show_the_same_date(desk: Desk) -> None:
    for view in ("month", "week", "list"):
        page = desk.browser.get(f"{desk.base}/calendar?view={view}&day=2027-01-04").text
        assert f'href="{desk.base}/dates/{desk.sale.date_id}"' in page
        assert "Night of the Lamps" in page


def test_links_carry_the_form_and_the_filters_to_the_next_month(desk: Desk) -> None:
    page = desk.browser.get(f"{desk.base}/calendar?view=month&day=2027-01-31&clashes=yes").text

    assert f'href="{desk.base}/calendar?view=month&amp;day=2027-02-01&amp;clashes=yes"' in page
    assert f'href="{desk.base}/calendar?view=month&amp;day=2026-12-01&amp;clashes=yes"' in page


def test_two_dates_in_one_venue_at_one_time_are_a_conflict(desk: Desk) -> None:
    assert "conflict" not in _month(desk).replace("Only conflicts", "")
    a_series(desk.database, desk.sale.event_id)
    desk.browser.post(
        f"{desk.event}/dates/change",
        data={"date": str(desk.sale.date_id), "go": "change", "days_later": "57", "begins": "21:00"},
    )

    assert "2 dates in conflict" in desk.browser.get(f"{desk.base}/calendar?day=2027-03-01").text


def test_a_day_that_cannot_be_read_is_today(desk: Desk) -> None:
    assert desk.browser.get(f"{desk.base}/calendar?view=year&day=2027-02-30&venue=x").status_code == 200


def test_a_calendar_that_has_not_changed_is_not_sent_again(desk: Desk) -> None:
    first = desk.browser.get(f"{desk.base}/calendar", headers={"HX-Request": "true"})
    again = desk.browser.get(
        f"{desk.base}/calendar", headers={"HX-Request": "true", "If-None-Match": first.headers["ETag"]}
    )

    assert again.status_code == 304


def _month(desk: Desk) -> str:
    return desk.browser.get(f"{desk.base}/calendar?day=2027-01-04").text

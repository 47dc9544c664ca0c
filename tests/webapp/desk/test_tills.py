"""Tills: opened, counted, closed, and told by the clock of their house."""

from sqlalchemy import text

from tests.webapp.desk.conftest import Desk


def test_a_till_is_counted_and_its_difference_stays(desk: Desk) -> None:
    till = desk.open_till("50")
    desk.sell(1, tendered="30")
    address = f"{desk.counter}/tills/{till}"
    moved = {"id": till, "amount": "20", "way": "out", "reason": "Bank"}
    for _ in range(2):
        assert desk.client.post(f"{address}/move", data=moved).status_code == 303

    desk.client.post(f"{address}/close", data={"counted": "53.50", "note": "A coin fell"})

    assert "Difference −€0.50 missing" in desk.page(address)
    assert desk.choose(1).status_code == 409
    assert desk.client.post(f"{address}/move", data=moved | {"amount": "1"}).status_code == 409


def test_tills_are_told_and_sought_by_the_clock_of_the_house(desk: Desk) -> None:
    """A till that was opened just after midnight in Oslo, which is still the day before in UTC."""
    till = desk.open_till()
    with desk.database.writing() as db:
        db.execute(text("UPDATE tills SET opened_at = '2026-07-05 22:30Z'"))

    tills = desk.page(f"{desk.counter}/tills?since=2026-07-06&until=2026-07-06")

    assert "Mon 6 Jul 2026, 00:30" in tills
    assert "Times are those of Oslo." in tills
    assert "Opened Mon 6 Jul 2026, 00:30." in desk.page(f"{desk.counter}/tills/{till}")
    assert "No till fits" in desk.page(f"{desk.counter}/tills?until=2026-07-05")


def test_a_till_of_yesterday_is_closed_before_anything_is_sold(desk: Desk) -> None:
    desk.open_till()
    chosen = desk.choose(1).location
    with desk.database.writing() as db:
        db.execute(text("UPDATE tills SET opened_at = now() - interval '21 hours'"))

    refused = desk.client.post(chosen, data={"means": "cash"})

    assert refused.status_code == 409
    assert "still open" in refused.text

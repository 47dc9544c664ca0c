"""What a sale at the counter costs and holds: codes, chosen prices, groups, seats of several sections."""

from dataclasses import replace

from flask.testing import FlaskClient
from sqlalchemy import text

from tests.factories.booking import Kind, a_sale, a_voucher, keep, taken
from tests.factories.seating import Hall, a_seated_sale
from tests.webapp.desk.conftest import Desk, a_desk, words
from webapp.core.db import Database
from webapp.core.ids import secret


def test_a_code_is_used_at_the_counter_and_counts(desk: Desk) -> None:
    code = a_voucher(desk.database, desk.sale, "percent", 2500, max_uses=1)
    desk.open_till()
    till = desk.choose(2).location
    refused = desk.client.post(till, data={"means": "cash", "code": code})
    assert "The code was not used yet." in refused.text
    assert desk.one("SELECT count(*) FROM orders") == 0

    seen = desk.client.post(f"{till}/terms", data={"code": code.lower(), "name": "Ida Berg"})
    assert "−€12.00" in words(seen.text)
    assert 'value="Ida Berg"' in seen.text
    desk.client.post(till, data={"means": "cash", "code": code})

    assert desk.one("SELECT total || ' ' || discount FROM orders") == "3600 1200"
    assert desk.one("SELECT used FROM vouchers") == 1
    again = desk.choose(1, code=code)
    assert "was used as often as it may be" in again.text
    assert taken(desk.database, desk.sale) == [2]


def test_nothing_is_sold_for_another_sum_than_was_told(desk: Desk) -> None:
    code = a_voucher(desk.database, desk.sale, "percent", 5000)
    desk.open_till()
    till = desk.choose(1, code=code).location
    seen = desk.client.get(till).text.partition('name="seen" value="')[2].partition('"')[0]
    assert seen == "1200"
    with desk.database.writing() as db:
        db.execute(text("UPDATE vouchers SET value = 1000"))

    refused = desk.client.post(till, data={"means": "cash", "code": code, "seen": seen})

    assert "It comes to €21.60 now" in refused.text
    assert desk.one("SELECT count(*) FROM orders") == 0
    assert desk.client.post(till, data={"means": "cash", "code": code, "seen": "2160"}).status_code == 303


def test_an_unknown_code_at_the_counter_is_said_and_holds_nothing(desk: Desk) -> None:
    desk.open_till()

    refused = desk.choose(2, code="Ünknown ☂")

    assert refused.status_code == 422
    assert "The code Ünknown ☂ is not known here." in refused.text
    assert taken(desk.database, desk.sale) == [0]


def test_places_that_a_code_keeps_are_sold_at_the_counter(client: FlaskClient, database: Database) -> None:
    desk = a_desk(client, database, a_sale(database, places=(4,)))
    code = a_voucher(database, desk.sale, "none", 0)
    keep(database, desk.sale, code, 4)
    desk.open_till()
    assert "Sold out, 4 kept for codes" in desk.page(f"{desk.counter}/{desk.sale.date_id}")
    assert desk.choose(2).status_code == 409

    till = desk.choose(2, code=code).location
    desk.client.post(till, data={"means": "cash", "code": code})

    assert desk.one("SELECT taken FROM pools WHERE parent_id IS NOT NULL") == 2


def test_given_away_at_the_counter_no_code_is_used_up(desk: Desk) -> None:
    code = a_voucher(desk.database, desk.sale, "percent", 5000, max_uses=1)
    desk.open_till()
    till = desk.choose(1, code=code).location

    desk.client.post(till, data={"means": "comp", "code": code, "reason": "Press"})

    assert (
        desk.one("SELECT total || ' ' || discount || ' ' || (voucher_id IS NULL) FROM orders")
        == "0 2400 true"
    )
    assert desk.one("SELECT used FROM vouchers") == 0


def test_staff_type_what_a_customer_wants_to_pay_but_not_less_than_the_least(
    client: FlaskClient, database: Database
) -> None:
    kind = Kind(2000, name="Solidarity", values={"price_floor": 500})
    desk = a_desk(client, database, a_sale(database, kinds=(kind,)))
    pay_field = f"pay-{desk.sale.types[0]}"
    desk.open_till()
    refused = desk.choose(2, **{pay_field: "4.99"})
    assert "Solidarity: €5.00 is the least." in refused.text
    assert taken(database, desk.sale) == [0]

    till = desk.choose(2, **{pay_field: "7,50"}).location
    assert "€15.00" in desk.page(till)
    unseen = desk.client.post(till, data={"means": "cash", pay_field: "30"})
    assert "Press “Change” to see the sum with it." in unseen.text
    changed = desk.client.post(f"{till}/terms", data={pay_field: "30"})
    assert "€60.00" in words(changed.text)
    desk.client.post(till, data={"means": "cash", pay_field: "30.00"})

    assert desk.one("SELECT total || ' ' || state FROM orders") == "6000 paid"


def test_a_seat_whose_price_is_chosen_costs_at_the_counter_what_staff_type(
    client: FlaskClient, database: Database
) -> None:
    seated = a_seated_sale(database)
    with database.writing() as db:
        db.execute(text("UPDATE ticket_types SET price_floor = 100"))
    desk = a_desk(client, database, seated.sale)
    desk.open_till()
    till = desk.choose(seat=[str(seated.ordinal("D 1")), str(seated.ordinal("D 2"))]).location
    kind = desk.one("SELECT ticket_type_id FROM hold_lines")

    desk.client.post(f"{till}/terms", data={f"pay-{kind}": "1.50"})
    desk.client.post(till, data={"means": "cash"})

    assert desk.one("SELECT total FROM orders") == 300


def test_seats_of_several_sections_and_other_dates_are_one_sale(
    client: FlaskClient, database: Database
) -> None:
    seated = a_seated_sale(database, Hall(sections=("Stalls", "Circle")))
    desk = a_desk(client, database, seated.sale)
    other = replace(desk, sale=a_sale(database, organizer_id=seated.sale.organizer_id))
    desk.open_till()
    key = secret()
    stalls = desk.choose(key=key, seat=[str(seated.ordinal("Stalls D 1"))], more="yes")
    assert stalls.location.endswith(f"{desk.sale.date_id}?key={key}")
    assert "1 ticket in hand" in desk.page(stalls.location)
    section = client.get(f"{desk.counter}/{seated.date_id}/seats/{seated.sections[0]}?key={key}").text
    assert "Row D, seat 1, Rear, in hand" in section

    desk.choose(key=key, seat=[str(len(seated.ordinals) - 1)])
    till = other.choose(1, key=key).location
    client.post(till, data={"means": "cash"})

    assert desk.one("SELECT count(*) FROM orders") == 1
    assert (
        desk.one("SELECT count(DISTINCT s.section_id) FROM tickets t JOIN seats s ON s.id = t.seat_id") == 2
    )
    assert desk.one("SELECT count(DISTINCT date_id) FROM tickets") == 2


def test_one_seat_goes_back_at_the_till_and_the_others_stay(client: FlaskClient, database: Database) -> None:
    seated = a_seated_sale(database)
    desk = a_desk(client, database, seated.sale)
    desk.open_till()
    till = desk.choose(seat=[str(seated.ordinal(one)) for one in ("D 1", "D 2", "D 3")]).location

    back = {"date": str(seated.date_id), "seat": str(seated.ordinal("D 2"))}
    assert [client.post(f"{till}/seat", data=back).status_code for _ in range(2)] == [303, 303]

    client.post(till, data={"means": "cash"})
    numbers = (
        "SELECT string_agg(s.number, ' ' ORDER BY s.number) FROM tickets t JOIN seats s ON s.id = t.seat_id"
    )
    assert desk.one(numbers) == "1 3"


def test_what_is_refused_while_adding_leaves_the_sale_in_hand(
    client: FlaskClient, database: Database
) -> None:
    desk = a_desk(client, database, a_sale(database, places=(3, 1), kinds=(Kind(500), Kind(700, pool=1))))
    desk.open_till()
    key = secret()
    till = desk.choose(2, 0, key=key).location

    refused = desk.choose(2, 2, key=key)

    assert "Only 1 place is left." in refused.text
    assert "2 tickets in hand" in words(refused.text)
    client.post(till, data={"means": "cash"})
    assert desk.one("SELECT total FROM orders") == 1000


def test_a_groups_price_and_steps_stand_in_the_lines_of_the_till(
    client: FlaskClient, database: Database
) -> None:
    kind = Kind(2400, name="Adult", values={"group_from": 3, "group_price": 1000})
    desk = a_desk(client, database, a_sale(database, kinds=(kind,)))
    desk.open_till()
    assert (
        'data-group-from="3" data-group-price="1000"'
        in client.get(f"{desk.counter}/{desk.sale.date_id}").text
    )

    till = desk.page(desk.choose(3).location)

    assert till.count("€30.00") >= 2
    assert "€72.00" not in till


def test_a_slip_or_a_reason_that_was_typed_is_never_sold_as_cash(desk: Desk) -> None:
    desk.open_till()
    till = desk.choose(1).location

    for typed in ({"reference": "004711"}, {"reason": "Press"}):
        assert desk.client.post(till, data={"means": "cash"} | typed).status_code == 422

    assert desk.one("SELECT count(*) FROM orders") == 0


def test_what_is_missing_at_the_till_is_said_there_and_what_was_typed_stays(
    client: FlaskClient, database: Database
) -> None:
    programme = Kind(300, name="Programme", values={"is_addon": True, "addon_required": True})
    desk = a_desk(client, database, a_sale(database, kinds=(Kind(2000), programme)))
    desk.open_till()
    key = secret()
    till = desk.choose(1, key=key).location

    refused = client.post(till, data={"means": "cash", "name": "Ida Berg"})

    assert refused.status_code == 409
    assert "Programme is missing" in refused.text
    assert 'value="Ida Berg"' in refused.text
    desk.choose(1, 1, key=key)
    client.post(till, data={"means": "cash"})
    assert desk.one("SELECT total FROM orders") == 2300

"""The guest list: pasted in, counted like everybody, found by name at the door, taken away as a file."""

import re
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import text

from tests.factories.booking import Kind, a_sale, a_voucher, keep, taken
from tests.factories.seating import a_seated_sale
from tests.webapp.desk.conftest import Desk, a_desk, words
from webapp.checkin.service import Gate, check_in
from webapp.core import clock
from webapp.core.audit import SYSTEM
from webapp.core.db import Database
from webapp.core.ids import secret, uuid7

LINES = "Ana Silva +2, press, ana@example.org\n\nBo Berg; +1; the band\nJosé Ümit\n"


def paste(desk: Desk, lines: str = LINES, **more: str) -> Any:
    given = {"id": str(uuid7()), "ticket_type_id": str(desk.sale.types[0]), "lines": lines} | more
    return desk.client.post(address(desk), data=given)


def address(desk: Desk) -> str:
    return f"{desk.base}/dates/{desk.sale.date_id}/guests"


def test_pasted_lines_become_guests_with_tickets_that_cost_nothing(desk: Desk) -> None:
    assert paste(desk).status_code == 303

    page = desk.page(address(desk))
    assert "6 places, 0 in." in page
    assert "Ana Silva +2 ana@example.org" in page
    assert taken(desk.database, desk.sale) == [6]
    assert desk.one("SELECT count(*) FROM orders WHERE channel = 'guest_list' AND total = 0") == 3
    assert desk.one("SELECT count(*) FROM tickets WHERE holder_name LIKE 'Ana Silva%'") == 3
    assert desk.one("SELECT max(note) FROM guest_entries WHERE name = 'Bo Berg'") == "the band"


def test_only_who_has_an_address_and_is_to_have_mail_gets_tickets_by_mail(desk: Desk) -> None:
    paste(desk, "Ana, ana@example.org\nBo")
    paste(desk, "Cleo, cleo@example.org\nDan", mails="yes")

    assert desk.one("SELECT string_agg(buyer_email, ' ') FROM orders WHERE buyer_email <> ''") == (
        "cleo@example.org"
    )


def test_the_same_form_twice_is_the_same_guests(desk: Desk) -> None:
    key = str(uuid7())

    for _ in range(2):
        paste(desk, "Ana +1\nBo\nBo", id=key)

    assert taken(desk.database, desk.sale) == [4]


def test_lines_that_cannot_be_read_are_named_and_nobody_is_put_on(desk: Desk) -> None:
    answer = paste(desk, "Ana\n+3\nBo +99\nCleo, cleo@nowhere")

    assert answer.status_code == 422
    assert all(f"Line {number}:" in answer.text for number in (2, 3, 4))
    assert taken(desk.database, desk.sale) == [0]


def test_the_house_is_never_fuller_than_it_is(client: FlaskClient, database: Database) -> None:
    desk = a_desk(client, database, a_sale(database, places=(4,)))

    answer = paste(desk, "Ana +2\nBo +1\nCleo")

    assert answer.status_code == 422
    assert "Bo: Only 1 place is left." in words(answer.text).replace("’", "'")
    assert "Bo +1</textarea>" in answer.text
    assert taken(database, desk.sale) == [4]


def test_a_list_takes_only_what_is_kept_for_it(client: FlaskClient, database: Database) -> None:
    sale = a_sale(database, places=(20,))
    code = a_voucher(database, sale, "none", 0)
    keep(database, sale, code, 3)
    desk = a_desk(client, database, sale)

    answer = paste(desk, "Ana +1\nBo +1\nCleo", code=code)

    assert f"not left of those that are kept for {code}" in answer.text
    assert desk.one("SELECT string_agg(name, ' ' ORDER BY name) FROM guest_entries") == "Ana Cleo"
    assert taken(database, sale) == [0]
    assert desk.one("SELECT used FROM vouchers") == 0


def test_guests_of_a_seated_date_get_seats(client: FlaskClient, database: Database) -> None:
    seated = a_seated_sale(database)
    desk = a_desk(client, database, seated.sale)

    assert paste(desk, "Ana +2").status_code == 303

    assert "Stalls A" in desk.page(address(desk))


def test_who_is_taken_off_makes_room(desk: Desk) -> None:
    paste(desk, "Ana +3")
    entry = desk.one("SELECT id FROM guest_entries")

    for _ in range(2):
        assert desk.client.post(f"{address(desk)}/{entry}/remove").status_code == 303

    assert taken(desk.database, desk.sale) == [0]
    assert "Nobody is on the list yet" in desk.page(address(desk))


def test_a_guest_is_found_by_name_at_the_door_and_comes_in_once(desk: Desk) -> None:
    paste(desk)
    door = f"{desk.base}/door/{desk.sale.date_id}"

    found = desk.client.post(door, data={"code": "silva ana", "nonce": secret()}).text
    code = found.partition('name="code" value="')[2].partition('"')[0]
    entered = desk.client.post(door, data={"code": code, "nonce": secret()}).text

    assert "Ana Silva +2, Adult (guest list, press)" in found
    assert "Come in" in entered
    assert "6 places, 1 in." in desk.page(address(desk))
    assert "Not a ticket" in desk.client.post(door, data={"code": "zz", "nonce": secret()}).text


def test_the_list_is_taken_away_as_a_file_that_runs_no_formula(desk: Desk) -> None:
    paste(desk, "=HYPERLINK(0) +1, vip")

    rows = desk.client.get(f"{address(desk)}?as=csv").data.decode("utf-8-sig").splitlines()

    assert rows[0] == "Name,More,E-mail,Places,In,Note,Ticket,Seats,Order,Added,Added by"
    assert rows[1].startswith("'=HYPERLINK(0),1,,2,0,vip,Adult,")
    assert desk.one("SELECT \"after\" FROM audit_entries WHERE action = 'Table exported'") == {
        "table": "guests",
        "q": "",
    }


def test_a_long_list_is_narrowed_sorted_and_turned_page_by_page(desk: Desk) -> None:
    with desk.database.writing() as db:
        db.execute(text("UPDATE pools SET capacity = 100"))
    paste(desk, "\n".join(f"Guest {number:02}" for number in range(53)) + "\nAna +2, press")

    assert "54 guests" in desk.page(address(desk))
    assert "Guest 52" not in desk.page(address(desk))
    assert "Guest 52" in desk.page(f"{address(desk)}?page=2")
    assert "1 guest “press”" in desk.page(f"{address(desk)}?q=press")
    assert listed(desk, "sort=-places")[0] == "Ana +2"
    assert listed(desk, "state=in") == []


def listed(desk: Desk, asked: str) -> list[str]:
    page = desk.client.get(f"{address(desk)}?{asked}").text
    return re.findall(r"<tr><td>([^<]+)<", page)


def test_no_guest_gets_a_ticket_of_another_date(client: FlaskClient, database: Database) -> None:
    desk = a_desk(client, database, a_sale(database))
    other = a_sale(database, kinds=(Kind(name="Other"),))

    assert paste(desk, "Ana", ticket_type_id=str(other.types[0])).status_code == 422
    assert desk.client.get(f"{desk.base}/dates/{other.date_id}/guests").status_code == 404
    assert taken(database, other) == [0]


def test_a_guest_gets_another_name_and_fewer_places_with_the_same_tickets(desk: Desk) -> None:
    paste(desk, "Ana Silva +2, press, ana@example.org", mails="yes")
    entry = f"{address(desk)}/{desk.one('SELECT id FROM guest_entries')}"
    codes = desk.one("SELECT array_agg(secret ORDER BY id) FROM tickets")
    assert 'value="Ana Silva"' in desk.client.get(entry).text

    to = {"name": "Ana Sousa", "more": "1", "note": "radio", "email": "sousa@example.org"}
    assert desk.client.post(entry, data=to).status_code == 303

    page = desk.page(address(desk))
    assert "Ana Sousa +1 sousa@example.org" in page
    assert "2 places, 0 in." in page
    assert taken(desk.database, desk.sale) == [2]
    assert desk.one("SELECT array_agg(holder_name ORDER BY id) FROM tickets WHERE state = 'valid'") == [
        "Ana Sousa",
        "Ana Sousa +1",
    ]
    assert desk.one("SELECT array_agg(secret ORDER BY id) FROM tickets") == codes
    assert desk.one("SELECT buyer_email FROM orders") == "sousa@example.org"


def test_a_guest_is_not_made_more_than_the_tickets_or_less_than_who_is_in(desk: Desk) -> None:
    paste(desk, "Bo +2")
    entry = f"{address(desk)}/{desk.one('SELECT id FROM guest_entries')}"
    more = desk.client.post(entry, data={"name": "Bo", "more": "3"})
    assert more.status_code == 422
    assert "Put the others on as a line of their own" in more.text
    gate = Gate(desk.sale.organizer_id, desk.sale.date_id, "Gate 1", "demo", SYSTEM)
    for holder in ("Bo +1", "Bo +2"):
        with desk.database.writing() as db:
            ticket = desk.one("SELECT secret FROM tickets WHERE holder_name = :holder", holder=holder)
            check_in(db, gate, typed=ticket, nonce=secret(), now=clock.now())

    less = desk.client.post(entry, data={"name": "Bo", "more": "0"})

    assert less.status_code == 422
    assert "2 of them are in already." in less.text
    assert desk.client.post(entry, data={"name": "Bo", "more": "1"}).status_code == 303
    assert desk.one("SELECT count(*) FROM tickets WHERE state = 'used'") == 2
    assert taken(desk.database, desk.sale) == [2]

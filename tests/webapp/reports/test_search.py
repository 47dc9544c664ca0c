"""One field finds everything of one's own house that one may see, and nothing else."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from tests.factories.accounts import a_member, an_organizer, sign_in
from tests.factories.booking import Sale, a_sale, a_voucher, pay, placed
from tests.factories.programme import an_event
from webapp.accounts.models import Organizer
from webapp.core import clock
from webapp.core.db import Database
from webapp.core.reach import EVERYTHING


@pytest.fixture
def house(database: Database) -> Organizer:
    return an_organizer(database)


@pytest.fixture
def sale(database: Database, house: Organizer) -> Sale:
    """Bought by Łucja Żółć, whose guest is called Bram."""
    sale = a_sale(database, organizer_id=house.id)
    order = placed(database, sale, 2, now=clock.now())
    pay(database, order.payment_id)
    buyer = (
        "UPDATE orders SET buyer_name = 'Łucja Żółć', buyer_email = 'lucja@muzeum.example' WHERE code = :code"
    )
    with database.writing() as db:
        db.execute(text(buyer), {"code": order.code})
        holder = text("UPDATE tickets SET holder_name = 'Bram Okonkwo' WHERE date_id = :date")
        db.execute(holder, {"date": sale.date_id})
    return sale


def code_of(database: Database, house: Organizer) -> str:
    with database.reading() as db:
        return str(db.scalar(text("SELECT code FROM orders WHERE organizer_id = :id"), {"id": house.id}))


def seen(
    client: FlaskClient, database: Database, house: Organizer, role: str, typed: str
) -> dict[str, list[str]]:
    """What somebody of this role finds: titles by kind."""
    sign_in(client, a_member(database, house, role))
    page = client.get(
        f"/staff/{house.slug}/search", query_string={"q": typed}, headers={"HX-Request": "true"}
    ).text
    groups = re.split(r'<section class="found-group"', page)[1:]
    return {
        re.search(r'id="found-(\w+)"', group)[1]: re.findall(r"<b>([^<]*)</b>", group)  # type: ignore[index]
        for group in groups
    }


@pytest.mark.parametrize(
    "typed", ["lucja zolc", "ŻÓŁĆ", "muzeum", "lucja@muz", "{code}", "{plain}", "{begun}"]
)
def test_an_order_is_found_by_code_buyer_and_mail_however_it_is_typed(
    client: FlaskClient, database: Database, house: Organizer, sale: Sale, typed: str
) -> None:
    code = code_of(database, house)
    typed = typed.format(code=code, plain=code.replace("-", "").lower(), begun=code[:6])
    assert seen(client, database, house, "manager", typed)["orders"] == [code]


def test_a_name_on_a_ticket_leads_to_its_order_once(
    client: FlaskClient, database: Database, house: Organizer, sale: Sale
) -> None:
    assert seen(client, database, house, "finance", "okonkwo bra") == {"attendees": ["Bram Okonkwo"]}


@pytest.mark.parametrize(
    ("role", "kinds"),
    [
        ("owner", {"events", "dates", "venues", "orders"}),
        ("finance", {"events", "dates", "orders"}),
        ("door", {"events", "dates"}),
    ],
)
def test_everybody_finds_only_what_they_may_see(
    client: FlaskClient, database: Database, house: Organizer, sale: Sale, role: str, kinds: set[str]
) -> None:
    title = "Harbour Lights"
    with database.writing() as db:
        db.execute(
            text("UPDATE events SET title = :title WHERE id = :id"), {"title": title, "id": sale.event_id}
        )
        db.execute(
            text("UPDATE orders SET buyer_name = 'Harbour Pilot' WHERE organizer_id = :id"), {"id": house.id}
        )
    assert set(seen(client, database, house, role, "harbour")) == kinds


def test_nothing_of_another_house_is_found(
    client: FlaskClient, database: Database, house: Organizer, sale: Sale
) -> None:
    other = an_organizer(database)
    for typed in ("zolc", "okonkwo", "lamps", code_of(database, house)):
        assert seen(client, database, other, "owner", typed) == {}


def test_pages_and_vouchers_and_days_are_found(
    client: FlaskClient, database: Database, house: Organizer, sale: Sale
) -> None:
    voucher = a_voucher(database, sale)
    sign_in(client, a_member(database, house, "owner"))
    assert seen(client, database, house, "owner", voucher[:5].lower())["vouchers"] == [voucher]
    assert seen(client, database, house, "owner", "disc")["pages"] == ["Vouchers"]
    assert "pages" not in seen(client, database, house, "door", "disc")
    with database.reading() as db:
        day = db.scalar(
            text("SELECT (starts_at AT TIME ZONE zone)::date FROM event_dates WHERE id = :id"),
            {"id": sale.date_id},
        )
    assert seen(client, database, house, "owner", f"{day}")["dates"] == ["Night of the Lamps"]


def test_what_is_not_there_is_said_with_what_may_be_meant(
    client: FlaskClient, database: Database, house: Organizer, sale: Sale
) -> None:
    sign_in(client, a_member(database, house, "owner"))
    page = client.get(f"/staff/{house.slug}/search?q=qwertzuiop").text
    assert "Nothing fits “qwertzuiop”" in page


def test_search_takes_one_statement_however_much_is_found(database: Database, house: Organizer) -> None:
    from sqlalchemy import event

    from webapp.reports.queries import found

    def statements() -> int:
        counted: list[str] = []
        with database.reading() as db:
            engine = db.get_bind()
            listen = ("before_cursor_execute", lambda *args: counted.append(args[2]))
            event.listen(engine, *listen)
            found.found(db, house.id, "night", clock.now(), reach_of=lambda _: EVERYTHING)
            event.remove(engine, *listen)
        return len(counted)

    an_event(database, organizer=house, title="Night one")
    once = statements()
    for number in range(4):
        an_event(database, organizer=house, title=f"Night {number}")
    assert statements() == once == 1

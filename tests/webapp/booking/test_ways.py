"""Groups, add-ons, chosen prices and donations: what they cost, and what goes back."""

from datetime import datetime
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.factories.booking import (
    Kind,
    Sale,
    a_sale,
    a_voucher,
    hold,
    order,
    pay,
    placed,
    seen,
    sent_back,
    state,
    taken,
    tickets,
)
from tests.factories.seating import a_seated_sale
from tests.factories.selling import prices, sold_as
from webapp.booking.models import Ticket
from webapp.booking.service import cancellation, donations, holds
from webapp.booking.service.holds import Wish
from webapp.catalog.models import Event
from webapp.catalog.queries import harm
from webapp.core.audit import SYSTEM
from webapp.core.db import Database
from webapp.core.errors import Conflict, Invalid
from webapp.core.ids import secret


def test_from_ten_on_each_of_a_group_pays_its_price(database: Database, now: datetime) -> None:
    sale = a_sale(database, places=(40,), kinds=(Kind(2000, values={"max_per_order": 20}),))
    sold_as(database, sale, 0, group_from=10, group_price=1500)

    alone, group = placed(database, sale, 9, now=now), placed(database, sale, 10, now=now)

    assert (seen(database, alone.order_id).total, seen(database, group.order_id).total) == (18_000, 15_000)
    pay(database, group.payment_id)
    assert _refund(database, group.order_id, 1) == 1500


def test_who_sits_chooses_the_price_in_the_basket_and_keeps_the_seats(
    client: FlaskClient, database: Database, now: datetime
) -> None:
    sale = a_seated_sale(database)
    sold_as(database, sale.sale, 0, price_floor=500)
    given = {"date": str(sale.sale.date_id), "together": "2", "level": str(sale.sale.types[0])}
    client.post("/basket/seats/best", data=given)
    page = client.get("/basket").text
    assert "You pay for each" in page

    field = f"pay-{sale.sale.types[0]}"
    too_little = client.post("/basket/change", data={field: "4.99"})
    assert too_little.status_code == 422
    changed = client.post("/basket/change", data={field: "7.50"}, follow_redirects=True)

    assert "€15.00" in changed.text
    assert changed.text.count("Give back ") == 2


def test_an_addon_is_sold_only_with_a_ticket_and_as_often_as_there_are_tickets(
    database: Database, now: datetime
) -> None:
    sale = _with_parking(database)

    with pytest.raises(Conflict, match="only together with a ticket"):
        hold(database, sale, 0, 1, now=now)
    with pytest.raises(Conflict, match="at most one for each ticket, so 2 with these"):
        hold(database, sale, 2, 3, now=now)
    assert taken(database, sale) == [0, 0]

    made = placed(database, sale, 2, 2, now=now)
    pay(database, made.payment_id)

    found = seen(database, made.order_id)
    assert [line[:2] for line in found.dates[0].lines] == [(2, "Kind 0"), (2, "Parking")]
    assert (found.total, taken(database, sale)) == (2 * 2400 + 2 * 800, [2, 2])
    assert tickets(database, made.order_id) == ["valid"] * 4


def test_a_ticket_is_not_given_back_from_under_its_addon(database: Database, now: datetime) -> None:
    sale = _with_parking(database)
    basket = secret()
    hold(database, sale, 1, 1, basket=basket, now=now)

    with pytest.raises(Conflict, match="Choose a ticket, or give it back"):
        holds.hold(database, Wish(basket, {sale.types[0]: 0}, is_change=True), now)

    assert taken(database, sale) == [1, 1]


def test_an_order_without_what_each_ticket_needs_is_refused(database: Database, now: datetime) -> None:
    sale = _with_parking(database)
    sold_as(database, sale, 1, addon_required=True, addon_most=None)

    with pytest.raises(Conflict, match="1 more of it is needed"):
        placed(database, sale, 2, 1, now=now)
    placed(database, sale, 2, 2, now=now)


def test_a_guest_pays_what_they_want_from_the_least_on(database: Database, now: datetime) -> None:
    sale = a_sale(database, kinds=(Kind(2000),), tax_bp=1000)
    sold_as(database, sale, 0, price_floor=500)
    code = a_voucher(database, sale, value=5000)

    with pytest.raises(Invalid, match=r"€5\.00 is the least"):
        _held(database, sale, "4.99", secret(), now)
    basket = secret()
    held = _held(database, sale, "7,50", basket, now, code)
    made = order(database, held, basket=basket, now=now)
    pay(database, made.payment_id)

    found = seen(database, made.order_id)
    assert (found.total, found.discount, found.tax) == (1500, 0, 136)
    assert prices(database, made.order_id) == [750, 750]


def test_a_donation_is_on_top_of_fee_tax_and_discount_and_goes_back_alone_or_last(
    database: Database, now: datetime
) -> None:
    sale = a_sale(database, kinds=(Kind(2000),), fee_bp=1000, tax_bp=1900)
    _ask(database, sale)
    plain, given = placed(database, sale, 2, now=now), _given(database, sale, "12.00", now)
    plain_sums, sums = seen(database, plain.order_id), seen(database, given)

    assert (sums.fee, sums.tax, sums.donation) == (plain_sums.fee, plain_sums.tax, 1200)
    assert sums.total == plain_sums.total + 1200
    assert _refund(database, given, 1) == 2000
    with database.writing() as db:
        for _ in range(2):
            donations.send_back(db, order_id=given, by=SYSTEM, reason="Typed one nought too many")
    assert (sent_back(database, given), state(database, given)) == (3200, "part_refunded")
    _refund(database, given, 1)
    assert (sent_back(database, given), state(database, given)) == (sums.total, "refunded")


def test_who_cancels_reads_what_goes_back_to_the_last_cent(database: Database, now: datetime) -> None:
    sale = a_sale(database, kinds=(Kind(2000),), fee_bp=1000)
    _ask(database, sale)
    given, other = _given(database, sale, "12.00", now), placed(database, sale, 3, now=now)
    pay(database, other.payment_id)
    _refund(database, other.order_id, 1)
    before = sent_back(database, given) + sent_back(database, other.order_id)
    with database.reading() as db:
        told = (harm.of_date(db, sale.date_id).money, harm.of_event(db, sale.event_id).money)
    with database.writing() as db:
        cancellation.cancel_date(db, date_id=sale.date_id, by=SYSTEM)

    gone = sent_back(database, given) + sent_back(database, other.order_id) - before
    assert told == (gone, gone)


def test_a_donation_beside_a_free_ticket_is_paid(database: Database, now: datetime) -> None:
    sale = a_sale(database, kinds=(Kind(0),), fee_fixed=50)
    _ask(database, sale)

    given = _given(database, sale, "5", now)

    assert (seen(database, given).total, seen(database, given).fee) == (500, 0)
    _refund(database, given, 2)
    assert sent_back(database, given) == 500


def test_no_donation_is_taken_where_none_is_asked_for(database: Database, now: datetime) -> None:
    sale = a_sale(database)
    basket = secret()
    held = hold(database, sale, 1, basket=basket, now=now)

    with pytest.raises(Conflict, match="No donation is asked for"), database.writing() as db:
        donations.give(db, basket=basket, hold_id=held, typed="5")


def _with_parking(database: Database) -> Sale:
    sale = a_sale(database, places=(10, 5), kinds=(Kind(2400), Kind(800, pool=1, name="Parking")))
    sold_as(database, sale, 1, is_addon=True, addon_most=1)
    return sale


def _held(database: Database, sale: Sale, typed: str, basket: str, now: datetime, code: str = "") -> UUID:
    wish = Wish(basket, {sale.types[0]: 2}, code, prices={sale.types[0]: typed})
    held = holds.hold(database, wish, now).hold_id
    assert held
    return held


def _ask(database: Database, sale: Sale) -> None:
    with database.writing() as db:
        db.get_one(Event, sale.event_id).donation_ask = "For the youth orchestra"


def _given(database: Database, sale: Sale, typed: str, now: datetime) -> UUID:
    basket = secret()
    held = hold(database, sale, 2, basket=basket, now=now)
    with database.writing() as db:
        donations.give(db, basket=basket, hold_id=held, typed=typed)
    made = order(database, held, basket=basket, now=now)
    pay(database, made.payment_id)
    return made.order_id


def _refund(database: Database, order_id: UUID, most: int) -> int:
    with database.writing() as db:
        live = select(Ticket.id).where(Ticket.order_id == order_id, Ticket.state != "void").limit(most)
        chosen = list(db.scalars(live))
        return cancellation.refund(db, order_id=order_id, ticket_ids=chosen, reason="", by=SYSTEM)

"""From what is held to an order, with plain forms; pressed twice it is one order."""

from flask.testing import FlaskClient
from sqlalchemy import text

from tests.factories.booking import Kind, Sale, a_sale, a_voucher, taken
from tests.factories.forms import BUYER, booked, count, held, twice
from webapp.catalog.models import Question
from webapp.core.db import Database
from webapp.core.ids import uuid7


def test_a_free_ticket_is_booked_with_plain_forms(
    client: FlaskClient, database: Database, sale: Sale
) -> None:
    page = client.get(booked(client, sale)).text

    assert 'data-order-state="paid"' in page
    assert "Booked. Here are your tickets." in page
    assert "Nothing is held" in client.get("/basket").text


def test_using_a_code_keeps_what_was_typed(client: FlaskClient, database: Database, sale: Sale) -> None:
    address, code = f"/checkout/{held(client, sale, 2)}", a_voucher(database, sale).lower()

    tries = (("/voucher", "NO-SUCH"), ("", code), ("/voucher", code))
    wrong, too_soon, right = (client.post(address + end, data={**BUYER, "code": one}) for end, one in tries)
    assert [answer.status_code for answer in (wrong, too_soon, right)] == [422, 422, 200]
    assert "The code NO-SUCH is not known here." in wrong.text
    assert "Press “Use it”" in too_soon.text
    assert all(f'value="{BUYER["email"]}"' in answer.text for answer in (wrong, too_soon, right))
    assert client.post(address, data={**BUYER, "code": code}).status_code == 303


def test_nobody_orders_for_another_sum_than_the_one_on_the_button(
    client: FlaskClient, database: Database, sale: Sale
) -> None:
    address, code = f"/checkout/{held(client, sale, 2)}", a_voucher(database, sale, "percent", 5000)
    page = client.post(f"{address}/voucher", data={**BUYER, "code": code}).text
    seen = page.partition('name="seen" value="')[2].partition('"')[0]
    with database.writing() as db:
        db.execute(text("UPDATE vouchers SET value = 1000"))

    refused = client.post(address, data={**BUYER, "code": code, "seen": seen})

    assert refused.status_code == 422
    assert "The sum has changed, nothing was ordered" in refused.text
    assert count(database, "orders") == 0
    seen = refused.text.partition('name="seen" value="')[2].partition('"')[0]
    assert client.post(address, data={**BUYER, "code": code, "seen": seen}).status_code == 303


def test_an_unreadable_code_is_said_beside_what_was_typed(client: FlaskClient, sale: Sale) -> None:
    address = f"/checkout/{held(client, sale, 1)}/voucher"

    refused = client.post(address, data={**BUYER, "code": "A\x00B"})

    assert refused.status_code == 422
    assert f'value="{BUYER["email"]}"' in refused.text


def test_ordering_twice_is_one_order(client: FlaskClient, database: Database, sale: Sale) -> None:
    address = twice(client, f"/checkout/{held(client, sale, 0, 2)}", **BUYER)

    assert (count(database, "orders"), count(database, "tickets")) == (1, 2)
    assert client.get(address).status_code == 200


def test_who_goes_back_to_the_form_is_led_to_the_order(
    client: FlaskClient, database: Database, sale: Sale
) -> None:
    checkout = f"/checkout/{held(client, sale, 0, 1)}"
    order = client.post(checkout, data=BUYER).location

    assert client.get(checkout).location == order


def test_while_the_provider_is_away_the_order_waits_with_its_places(
    client: FlaskClient, database: Database, sale: Sale
) -> None:
    address = twice(client, f"/checkout/{held(client, sale, 2)}", **BUYER)

    page = client.get(address).text
    assert 'data-order-state="awaiting_payment"' in page
    assert "Back to the payment page" in page
    assert (count(database, "orders"), count(database, "payments"), taken(database, sale)) == (1, 1, [2])
    twice(client, address.replace("?", "/pay?"))
    assert count(database, "payments") == 1


def test_what_was_typed_stays_and_each_field_says_what_is_wrong(
    client: FlaskClient, database: Database, sale: Sale
) -> None:
    with database.writing() as db:
        db.add(Question(id=uuid7(), event_id=sale.event_id, label="Meal", kind="text", required=True))
    checkout = f"/checkout/{held(client, sale, 1)}"

    answer = client.post(checkout, data={"name": "Amara Okafor", "email": "amara@example"})

    assert answer.status_code == 422
    assert "2 answers are missing or odd" in answer.text
    assert 'value="Amara Okafor"' in answer.text
    assert "The organizer needs an answer here." in answer.text
    assert taken(database, sale) == [1]


def test_more_than_one_buyer_may_have_is_said_in_the_form_and_what_was_typed_stays(
    client: FlaskClient, database: Database, sale: Sale
) -> None:
    with database.writing() as db:
        db.execute(text("UPDATE ticket_types SET max_per_buyer = 2"))
    client.post(f"/checkout/{held(client, sale, 0, 2)}", data=BUYER)

    answer = client.post(f"/checkout/{held(client, sale, 0, 1)}", data=BUYER)

    assert answer.status_code == 422
    assert "you have bought 2 already. That is the most for one buyer" in answer.text
    assert f'value="{BUYER["email"]}"' in answer.text
    assert (count(database, "orders"), taken(database, sale)) == (1, [3])


def test_who_misses_what_each_ticket_needs_is_led_back_to_the_basket(
    client: FlaskClient, database: Database
) -> None:
    programme = Kind(300, name="Programme", values={"is_addon": True, "addon_required": True})
    sale = a_sale(database, kinds=(Kind(2000), programme))

    refused = client.post(f"/checkout/{held(client, sale, 1)}", data=BUYER)

    assert refused.status_code == 409
    assert "Programme is missing" in refused.text
    assert '<a class="button' in refused.text.partition("<main")[2]
    assert 'href="/basket">Back to the basket</a>' in refused.text

"""The counter, the guest list, requests and answers, each after it was used once."""

from uuid import UUID

from playwright.sync_api import APIRequestContext
from sqlalchemy import text

from tests.factories.booking import Kind, a_sale
from tests.factories.house import House
from tests.pages.shop import found
from webapp.catalog.models import Question
from webapp.core.ids import secret, uuid7

Page = tuple[str, str, str] | tuple[str, str, str, int, tuple[tuple[str, str], ...]]
GUESTS = "Ana Silva +2, press, ana@example.org\nBo Berg +1, the band\nJosé Ümit"


def desk(house: House, organizer: str, owner: APIRequestContext, guest: APIRequestContext) -> list[Page]:
    """(name, address, whose eyes) of each page."""
    kinds = (
        Kind(2400, name="Adult"),
        Kind(1050, name="Child"),
        Kind(5000, name="Workshop", values={"approval": "ask"}),
    )
    with house.database.reading() as db:
        organizer_id = db.scalar(text("SELECT id FROM organizers WHERE slug = :slug"), {"slug": organizer})
    sale = a_sale(house.database, places=(200,), kinds=kinds, organizer_id=organizer_id)
    base = f"/staff/{organizer}"
    pages: list[Page] = []
    till = str(uuid7())
    owner.post(f"{base}/counter/tills", form={"id": till, "start": "50"})
    held = owner.post(
        f"{base}/counter/{sale.date_id}",
        form={"key": secret(), f"qty-{sale.types[0]}": "2", f"qty-{sale.types[1]}": "1"},
        max_redirects=0,
    )
    sold = owner.post(held.headers["location"], form={"means": "cash", "tendered": "100"}, max_redirects=0)
    second = owner.post(
        f"{base}/counter/{sale.date_id}", form={"key": secret(), f"qty-{sale.types[0]}": "2"}, max_redirects=0
    )
    pages += [
        ("staff-counter", f"{base}/counter", "owner"),
        ("staff-counter-date", f"{base}/counter/{sale.date_id}", "owner"),
        ("staff-counter-pay", second.headers["location"], "owner"),
        ("staff-counter-sold", sold.headers["location"], "owner"),
        ("staff-counter-tills", f"{base}/counter/tills", "owner"),
        ("staff-counter-till", f"{base}/counter/tills/{till}", "owner"),
    ]
    given = {"id": str(uuid7()), "ticket_type_id": str(sale.types[0]), "lines": GUESTS}
    owner.post(f"{base}/dates/{sale.date_id}/guests", form=given)
    refused = {"id": str(uuid7()), "ticket_type_id": str(sale.types[0]), "lines": ""}
    guests = f"{base}/dates/{sale.date_id}/guests"
    of_date = text("SELECT id FROM guest_entries WHERE date_id = :date ORDER BY name LIMIT 1")
    with house.database.reading() as db:
        ana = db.scalar(of_date, {"date": sale.date_id})
    pages += [
        ("staff-guests", guests, "owner"),
        ("staff-guest", f"{guests}/{ana}", "owner"),
        ("staff-guests-refused", guests, "owner", 422, tuple(refused.items())),
    ]
    pages += _requests(guest, sale.types[2], base) + _answers(house, guest, sale.event_id, sale.types[0])
    return [*pages, _changing(house, sold.headers["location"].rpartition("/")[2])]


def _requests(guest: APIRequestContext, ticket_type: UUID, base: str) -> list[Page]:
    new = f"/orders/requests/new/{ticket_type}"
    given = {"id": str(uuid7()), "quantity": "2", "name": "Amara Okafor", "email": "amara@example.org"}
    asked = guest.post(new, form=given | {"words": "I teach drawing at the school nearby."}, max_redirects=0)
    return [
        ("request-new", f"{new}?quantity=2", "nobody"),
        ("request-asked", asked.headers["location"], "nobody"),
        ("staff-requests", f"{base}/requests", "owner"),
    ]


def _answers(house: House, guest: APIRequestContext, event_id: UUID, ticket_type: UUID) -> list[Page]:
    """A checkout with every kind of question, which is not sent."""
    kinds = ("text", "long", "choice", "many", "yes_no", "number", "date", "file")
    with house.database.writing() as db:
        for position, kind in enumerate(kinds):
            options = ["Soup", "Salad", "Cake"] if kind in {"choice", "many"} else []
            scope = "order" if kind == "long" else "ticket"
            asked = Question(
                id=uuid7(),
                event_id=event_id,
                label=f"A {kind} please",
                kind=kind,
                options=options,
                scope=scope,
                position=position,
                hint="As you like",
            )
            db.add(asked)
    guest.post("/basket/hold", form={f"qty-{ticket_type}": "1"})
    checkout = found(r"(/checkout/[0-9a-f-]{36})", guest.get("/basket").text())
    return [("checkout-questions", checkout, "asked")]


def _changing(house: House, code: str) -> Page:
    """The answers of an order, as its buyer changes them."""
    with house.database.reading() as db:
        key = db.scalar(text("SELECT secret FROM orders WHERE code = :code"), {"code": code})
    return ("order-answers", f"/orders/{code}/answers?key={key}", "nobody")

"""Every page in its main states: who opens what, after a morning in which everything has happened once."""

from dataclasses import dataclass

from playwright.sync_api import APIRequestContext, Playwright
from sqlalchemy import text

from tests.factories.booking import a_sale, placed
from tests.factories.house import House
from tests.factories.seating import FURNISHED, a_seated_sale, block, hold
from tests.factories.selling import some_codes
from tests.pages.calm import calm
from tests.pages.desk import desk
from tests.pages.drawings import drawing
from tests.pages.factors import factors
from tests.pages.imports import imports
from tests.pages.letters import letters
from tests.pages.planning import planning
from tests.pages.rooms import rooms
from tests.pages.shop import GUEST, Shop, found
from tests.pages.states import STATES, events
from tests.pages.teams import CLASH, invitation
from tests.pages.waiting import waiting
from webapp.core import clock
from webapp.demo.season import identity

OWNER, OPERATOR = "alice@example.org", "olive@example.org"
# The platform's own pages.
OPERATED = ("health", "background", "cluster")

# An event of the season that is sold by seat, and its house.
BY_SEAT = "hilary-hahn-on-violin-with-tom-poster-on-piano"


@dataclass(frozen=True)
class Sheet:
    """One page: its name, its address, whose eyes see it, and the answer that is expected."""

    name: str
    path: str
    role: str = "nobody"
    status: int = 200
    form: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Crawl:
    sheets: tuple[Sheet, ...]
    visitors: dict[str, APIRequestContext]

    def ask(self, sheet: Sheet) -> tuple[int, str]:
        """The status and the page, without a browser."""
        visitor = self.visitors[sheet.role]
        said = visitor.post(sheet.path, form=dict(sheet.form)) if sheet.form else visitor.get(sheet.path)
        return said.status, said.text()


def crawl(house: House, playwright: Playwright) -> Crawl:
    """Lets everything happen once, and lists every page that shows it."""
    stages = events(house, *STATES)
    emails = {
        "nobody": "",
        "basket": "",
        "amara": GUEST,
        "owner": OWNER,
        "operator": OPERATOR,
        "unlucky": "",
        "asked": "",
        "seated": "",
    }
    visitors = {role: house.visitor(playwright, email) for role, email in emails.items()}
    guarded, more = factors(house, playwright, visitors)
    visitors |= more
    sheets = [
        *_programme(stages),
        *_bookings(house, stages, visitors),
        *_seats(house, visitors["seated"]),
        *_account(),
        *(Sheet(*page) for page in guarded),
        *_orders(house),
        *_staff(house, stages),
        *(Sheet(*page) for page in letters(house, visitors["owner"], "night-circuit")),
        *(Sheet(*page) for page in desk(house, "night-circuit", visitors["owner"], visitors["asked"])),
        *(Sheet(name, *at) for name, at in rooms(house, visitors["basket"]).items()),
        *(Sheet(f"error-{n}", f"/wrong/{n}", status=n) for n in (400, 403, 405, 410, 413, 429, 500, 503)),
        Sheet("error-404", "/events/no-such-night", status=404),
        Sheet("mailbox", "/dev/mail/"),
    ]
    return Crawl(tuple(sheets), visitors)


def _programme(stages: dict[str, dict[str, str]]) -> list[Sheet]:
    one = stages["open"]
    return [
        Sheet("home", "/"),
        Sheet("home-city", f"/?city={one['city_slug']}"),
        Sheet("search", "/search"),
        Sheet("search-words", "/search?q=music&free=1"),
        Sheet("search-none", "/search?q=qwertzuiop"),
        Sheet("search-wrong", "/search?from=2026-13-45&most=minus", status=422),
        Sheet("search-page-2", "/search?page=2"),
        Sheet("cities", "/cities"),
        Sheet("city", f"/cities/{one['city_slug']}"),
        Sheet("category", f"/categories/{one['category']}"),
        Sheet("organizer", f"/organizers/{one['organizer']}"),
        *(
            Sheet(f"event-{name}", f"/events/{at['slug']}?date={at['date_id']}")
            for name, at in stages.items()
        ),
        Sheet("event-code", f"/events/{one['slug']}?code=WRONG"),
    ]


def _bookings(
    house: House, stages: dict[str, dict[str, str]], visitors: dict[str, APIRequestContext]
) -> list[Sheet]:
    guest, amara, unlucky = (Shop(visitors[role]) for role in ("basket", "amara", "unlucky"))
    one, asked = stages["open"], stages["questions"]
    guest.hold(asked["slug"], asked["date_id"])
    checkout = guest.hold(asked["slug"], asked["date_id"], 3)
    guest.hold(one["slug"], one["date_id"])
    order = amara.pay(amara.order(amara.hold(one["slug"], one["date_id"])))
    waiting = amara.pay(amara.order(amara.hold(one["slug"], one["date_id"])), "abandon")
    hosted = unlucky.order(unlucky.hold(one["slug"], one["date_id"]))
    unlucky.pay(hosted, "decline")
    declined = unlucky.pay(hosted, "abandon")
    free = amara.order(amara.hold(stages["free"]["slug"], stages["free"]["date_id"], 1))
    paid = order.removeprefix(house.url)
    assert 'data-order-state="paid"' in visitors["amara"].get(f"{paid}&look=1").text()
    code, _, key = paid.removeprefix("/orders/").partition("?")
    with house.database.reading() as db:
        ticket = db.scalar(
            text("SELECT t.secret FROM tickets t JOIN orders o ON o.id = t.order_id WHERE o.code = :code"),
            {"code": code},
        )
    take = found(r'href="[^"]*(/basket/take/[^"]+)"', visitors["basket"].get("/basket/hand-over").text())
    return [
        Sheet("basket-empty", "/basket"),
        Sheet("basket", "/basket", "basket"),
        Sheet("basket-waiting", "/basket", "amara"),
        Sheet("basket-hand-over", "/basket/hand-over", "basket"),
        Sheet("basket-take", take),
        Sheet("checkout", checkout, "basket"),
        Sheet("checkout-errors", checkout, "basket", 422, (("name", ""), ("email", "amara.example"))),
        Sheet("order-paid", paid),
        Sheet("order-awaiting", waiting.removeprefix(house.url)),
        Sheet("order-declined", declined.removeprefix(house.url)),
        Sheet("order-free", free.removeprefix(house.url), "amara"),
        Sheet("tickets", f"/orders/{code}/tickets?{key}"),
        Sheet("ticket", f"/tickets/{ticket}"),
    ]


def _orders(house: House) -> list[Sheet]:
    """Orders as they end when nobody pays, and what is sold out."""
    sheets = [
        Sheet("order-find", "/orders/find"),
        Sheet("order-find-none", "/orders/find", "nobody", 422, (("code", "AAAA-AAAA"), ("email", GUEST))),
        Sheet("orders-mine", "/orders", "amara"),
        Sheet("orders-none", "/orders", "operator"),
    ]
    for state in ("cancelled", "expired"):
        order = placed(house.database, a_sale(house.database), 2, now=clock.now())
        with house.database.writing() as db:
            said = db.execute(
                text("UPDATE orders SET state = :state WHERE code = :code RETURNING secret"),
                {"state": state, "code": order.code},
            )
            secret = said.scalar_one()
        sheets.append(Sheet(f"order-{state}", f"/orders/{order.code}?key={secret}"))
    return [*sheets, *(Sheet(*page) for page in waiting(house, "night-circuit"))]


def _seats(house: House, visitor: APIRequestContext) -> list[Sheet]:
    """A hall with all that a hall can have, some of it taken."""
    seated = a_seated_sale(house.database, FURNISHED, prices=(5800, 4400, 3200), reduced=2000)
    block(house.database, seated, *(f"Stalls {row} {at}" for row in "ABCE" for at in range(3, 20, 3)))
    hold(house.database, seated, "Circle A 3", "Circle A 4", "Circle C 9", now=clock.now())
    best = {"date": str(seated.date_id), "together": "2", "section": str(seated.sections[1])}
    visitor.post("/basket/seats/best", form=best)
    date, near = f"?date={seated.date_id}", f"/events/{seated.slug}/seats"
    chosen = "".join(f"&seat={seated.ordinal(name)}" for name in ("Stalls E 10", "Stalls E 11"))
    return [
        Sheet("seats", near + date, "seated"),
        Sheet("seats-chosen", near + date + chosen),
        Sheet("seats-lost", f"{near}{date}{chosen}&seat={seated.ordinal('Stalls E 9')}"),
        Sheet("seats-nothing", f"{near}/best{date}&together=3&up_to=1"),
        Sheet("seats-section", f"{near}/{seated.sections[0]}{date}{chosen}"),
        Sheet("event-seats", f"/events/{seated.slug}"),
        Sheet("basket-seats", "/basket", "seated"),
    ]


def _account() -> list[Sheet]:
    return [
        Sheet("account-sign-in", "/account/sign-in"),
        Sheet(
            "account-sign-in-wrong",
            "/account/sign-in",
            "nobody",
            422,
            (("email", "amara"), ("password", "x")),
        ),
        Sheet("account-sign-up", "/account/sign-up"),
        Sheet("account-sign-up-wrong", "/account/sign-up", "nobody", 422, (("name", ""), ("email", "amara"))),
        Sheet("account-mail-sent", "/account/mail-sent"),
        Sheet("account-forgotten", "/account/forgotten"),
        Sheet("account-link-over", "/account/verify/made-up", status=410),
        *(
            Sheet(f"account-{name or 'settings'}", f"/account/{name}".rstrip("/"), "amara")
            for name in ("", "security", "devices", "delete")
        ),
    ]


def _staff(house: House, stages: dict[str, dict[str, str]]) -> list[Sheet]:
    with house.database.reading() as db:
        row = db.execute(
            text(
                "SELECT o.code, e.id AS event_id, l.date_id, d.venue_id, l.ticket_type_id AS type_id"
                " FROM orders o JOIN order_lines l ON l.order_id = o.id"
                " JOIN event_dates d ON d.id = l.date_id JOIN events e ON e.id = d.event_id"
                " JOIN organizers g ON g.id = o.organizer_id"
                " WHERE g.slug = 'night-circuit' AND o.state = 'paid' ORDER BY o.id DESC LIMIT 1"
            )
        ).one()
        seated = identity("date", BY_SEAT, "0")
        plan_id = db.scalar(text("SELECT plan_id FROM event_dates WHERE id = :id"), {"id": seated})
        of_plan = text("SELECT id FROM sections WHERE plan_id = :id ORDER BY position LIMIT 1")
        section_id = db.scalar(of_plan, {"id": plan_id})
    drawing_id = drawing(house, plan_id)
    years = planning(house, row.event_id, row.date_id, row.venue_id)
    base = "/staff/night-circuit"
    pages = {
        "today": "",
        "sale": "/sale",
        "sale-date": f"/sale/{row.date_id}",
        "orders": "/orders",
        "orders-none": "/orders?q=nobody-like-this",
        "order": f"/orders/{row.code}",
        "events": "/events",
        "event-new": "/events/new",
        "event": f"/events/{row.event_id}",
        "date": f"/dates/{row.date_id}",
        **years.pages,
        "date-seats": f"/dates/{seated}/seats",
        "counter-hall": f"/counter/{seated}",
        "counter-seats": f"/counter/{seated}/seats/{section_id}",
        "date-section": f"/dates/{seated}/seats/sections/{section_id}",
        "plans": "/plans",
        "plan": f"/plans/{plan_id}",
        "plan-drawing": f"/plans/drawings/{drawing_id}?section=Balcony",
        "plan-drawing-new": f"/plans/drawings/{drawing_id}",
        "plan-preview": f"/plans/drawings/{drawing_id}/preview",
        **imports(house, "night-circuit"),
        "venues": "/venues",
        "vouchers": "/vouchers",
        "vouchers-none": "/vouchers?q=nobody-like-this",
        "voucher": f"/vouchers/{some_codes(house.database, row.event_id)}",
        "type": f"/types/{row.type_id}",
        "doors": "/door",
        "door": f"/door/{row.date_id}",
        "team": "/team",
        "organizer": "/organizer",
        "roles": "/roles",
        "history": "/audit",
        **calm(row.code, row.event_id, row.date_id),
        "history-narrowed": "/audit?q=nobody-like-this&actor=staff",
        "bin": "/events/bin",
    }
    return [
        *(
            Sheet(f"staff-{name}", base + path, "owner", 422 if name.endswith("-wrong") else 200)
            for name, path in pages.items()
        ),
        *(Sheet(f"staff-{name}", base + path, "owner", *said) for name, path, *said in years.answers),
        Sheet("staff-houses", "/staff", "owner"),
        Sheet("staff-new", "/staff/new", "owner"),
        Sheet("staff-clash", f"{base}/organizer", "owner", 409, CLASH),
        Sheet("account-invitation", invitation(house)),
        *(Sheet(f"staff-{name}", f"/staff/{name}", "operator") for name in OPERATED),
    ]

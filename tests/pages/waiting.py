"""A sold-out night with its waiting list, in every state that somebody can find it in."""

from datetime import timedelta

from sqlalchemy import text

from tests.factories.house import House
from tests.factories.waiting import a_waiter, given_back, rung, sold_out
from webapp.core import clock
from webapp.core.ids import secret
from webapp.waitinglist.service import joining
from webapp.waitinglist.service.joining import Guest, Wish

FORM = (("places", "0"), ("name", ""), ("email", "lena"))

# The name of a page, its path, who looks, and what else a sheet may have.
Page = tuple[str, str, str] | tuple[str, str, str, int, tuple[tuple[str, str], ...]]


def waiting(house: House, slug: str) -> list[Page]:
    """Pages of a list of the organizer with this slug."""
    database, now = house.database, clock.now()
    with database.reading() as db:
        organizer = db.scalars(text("SELECT id FROM organizers WHERE slug = :slug"), {"slug": slug}).one()
    sale, order_id = sold_out(database, now, 8, organizer_id=organizer)
    names = ("Mia Moe", "Ola Orre", "Kari Kvam")
    first, last, _ = [
        a_waiter(database, sale, 2 + n, now=now + timedelta(seconds=n), name=name, together=n < 2)
        for n, name in enumerate(names)
    ]
    gone = a_waiter(database, sale, now=now, name="Nils Nord")
    with database.writing() as db:
        joining.leave(db, key=gone.key, now=now)
        guest, wish = Guest("Lena Lund", f"{secret()}@example.org"), Wish([sale.types[0]], 1, False)
        asked = joining.join(db, event_id=sale.event_id, wish=wish, guest=guest, now=now).secret
        order = db.execute(text("SELECT code, secret FROM orders WHERE id = :id"), {"id": order_id}).one()
        db.execute(text("UPDATE pools SET capacity = capacity + 2 WHERE id = :pool"), {"pool": sale.pools[0]})
    rung(database, sale, now)
    given_back(database, order_id, 1, now)
    entry = "/waitlist/entry"
    return [
        ("event-waitlist", f"/events/{sale.slug}", "nobody"),
        ("waitlist-join", f"/waitlist/{sale.slug}?date={sale.date_id}", "nobody"),
        ("waitlist-join-wrong", f"/waitlist/{sale.slug}", "nobody", 422, FORM),
        ("waitlist-asked", f"/waitlist/{sale.slug}/asked", "nobody"),
        ("waitlist-confirm", f"{entry}/{asked}", "nobody"),
        ("waitlist-waiting", f"{entry}/{last.key}", "nobody"),
        ("waitlist-offered", f"{entry}/{first.key}", "nobody"),
        ("waitlist-left", f"{entry}/{gone.key}", "nobody"),
        ("order-given-back", f"/orders/{order.code}?key={order.secret}", "nobody"),
        ("staff-waitlist", f"/staff/{slug}/events/{sale.event_id}/waitlist", "owner"),
    ]

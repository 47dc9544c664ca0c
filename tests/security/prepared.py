"""What must be there before staff can do something: each gives the values that the address then has."""

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from tests.factories.booking import a_sale, pay, placed
from tests.factories.seating import Hall, SeatedSale, a_seated_sale, block
from tests.factories.series import a_series
from tests.factories.waiting import a_waiter
from tests.security.scene import Scene
from webapp.accounts.models import Membership, Organizer, Passkey
from webapp.catalog.models import Event
from webapp.core import clock
from webapp.core.audit import SYSTEM
from webapp.core.ids import secret, uuid7
from webapp.seating.rules import steps
from webapp.seating.rules.design import Section
from webapp.seating.service import designing

Values = dict[str, Any]
CSV = b"section,row,seat,x,y,level\nStalls,A,1,10,10,Stalls\nStalls,A,2,40,10,Stalls\n"


def done(scene: Scene, statement: str, **values: Any) -> Any:
    """A statement with this scene's values; gives what it returns, if anything."""
    with scene.database.writing() as db:
        found = db.execute(text(statement), {**scene.values, **values})
        return found.scalar() if found.returns_rows else None


def house(scene: Scene) -> UUID:
    return UUID(str(done(scene, "SELECT id FROM organizers WHERE slug = :organizer")))


def sent(scene: Scene, path: str, **form: str) -> str:
    """What Alice sends; gives where that leads."""
    answer = scene.browser("alice").post(f"/staff/{scene.values['organizer']}{path}", data=form)
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def own_factor(scene: Scene) -> Values:
    """Alice has a passkey, and has just shown it."""
    _passkey(scene, scene.people["alice"].id)
    done(scene, "UPDATE sign_ins SET proved_at = now() WHERE user_id = :id", id=scene.people["alice"].id)
    return {}


def their_factor(scene: Scene) -> Values:
    _passkey(scene, UUID(scene.values["user_id"]))
    return {}


def operating(scene: Scene) -> Values:
    done(scene, "UPDATE users SET is_operator = true WHERE id = :user_id")
    return {}


def _passkey(scene: Scene, user: UUID) -> None:
    key = Passkey(user_id=user, credential_id=secret().encode(), public_key=b"", sign_count=0, name="Key")
    with scene.database.writing() as db:
        db.add(key)


def yesterday(scene: Scene) -> Values:
    done(scene, "UPDATE invitations SET sent_at = now() - interval '1 day' WHERE id = :invitation_id")
    return {}


def kept(scene: Scene) -> Values:
    """Places that are kept for the code."""
    form = {name: scene.values[name] for name in ("pool_id", "voucher_id")}
    sent(scene, f"/dates/{scene.values['date_id']}/reserves", places="5", **form)
    return {}


def in_review(scene: Scene) -> Values:
    done(scene, "UPDATE orders SET state = 'needs_review' WHERE code = :code")
    return {"in_a_week": (clock.now() + timedelta(days=7)).date().isoformat()}


def aside(scene: Scene) -> Values:
    values = in_review(scene)
    sent(scene, "/todos/aside", key="review", until=values["in_a_week"])
    return values


def draft(scene: Scene) -> Values:
    done(scene, "UPDATE events SET status = 'draft' WHERE id = :event_id")
    return {"next_week_at_ten": f"{clock.now() + timedelta(days=7):%Y-%m-%d}T10:00"}


def unsold(scene: Scene) -> Values:
    done(scene, "UPDATE pools SET taken = 0 WHERE date_id = :date_id")
    return {}


def untouched(scene: Scene) -> Values:
    event = Event(organizer_id=house(scene), slug=f"new-{secret().lower()}", title="New", category="talk")
    with scene.database.writing() as db:
        db.add(event)
        db.flush()
        return {"event_id": str(event.id)}


def in_the_bin(scene: Scene) -> Values:
    values = untouched(scene)
    done(scene, "UPDATE events SET status = 'deleted', deleted_at = now() WHERE id = :event_id", **values)
    return values


def pictured(scene: Scene) -> Values:
    done(scene, "UPDATE events SET image = 'lamp.webp' WHERE id = :event_id")
    return {}


def tuesdays(scene: Scene) -> Values:
    series = a_series(scene.database, UUID(scene.values["event_id"]))
    last = done(
        scene,
        "SELECT d.id FROM series_dates x JOIN event_dates d ON d.id = x.date_id"
        " WHERE x.series_id = :series ORDER BY d.starts_at DESC LIMIT 1",
        series=series,
    )
    return {"series_id": str(series), "date_id": str(last)}


def withdrawn(scene: Scene) -> Values:
    done(scene, "UPDATE ticket_types SET withdrawn = true WHERE id = :type_id")
    return {}


def stepped(scene: Scene) -> Values:
    step = str(uuid7())
    sent(scene, f"/types/{scene.values['type_id']}/steps", id=step, price="12", most="9")
    return {"step_id": step}


def hall(scene: Scene) -> Values:
    """A file of a small hall."""
    return {"file": (io.BytesIO(CSV), "loft.csv"), "name": "Loft", "form": "csv"}


def drawn(scene: Scene) -> Values:
    stalls = Section(name="Stalls", level="Stalls", rows=2, seats=4)
    with scene.database.writing() as db:
        designing.step(
            db,
            organizer_id=house(scene),
            design_id=UUID(scene.values["drawing_id"]),
            version=1,
            act=lambda design: steps.put(design, stalls),
            by=SYSTEM,
        )
    return {}


def levels(scene: Scene) -> Values:
    found = done(scene, "SELECT id FROM price_levels WHERE plan_id = :plan_id ORDER BY position LIMIT 1")
    return {"level_id": str(found)}


def seated(scene: Scene) -> Values:
    """A date in a hall, of another house of Alice's; two of its seats are held back."""
    sale = a_seated_sale(scene.database, Hall())
    held = block(scene.database, sale, "B 1", "B 2")
    return {**_hers(scene, sale), "block_id": str(held)}


def free_seats(scene: Scene) -> Values:
    return _hers(scene, a_seated_sale(scene.database, Hall()))


def _hers(scene: Scene, sale: SeatedSale) -> Values:
    with scene.database.writing() as db:
        slug = db.get_one(Organizer, sale.sale.organizer_id).slug
        member = {"user_id": scene.people["alice"].id, "role": "owner"}
        db.add(Membership(organizer_id=sale.sale.organizer_id, **member))
    return {"organizer": slug, "date_id": str(sale.date_id)}


def donated(scene: Scene) -> Values:
    done(
        scene,
        "UPDATE orders SET donation = 500, total = total + 500, donation_event_id = :event_id"
        " WHERE code = :code",
    )
    done(scene, "UPDATE payments SET amount = amount + 500 WHERE id = :payment_id")
    return {}


def till(scene: Scene) -> Values:
    sale = a_sale(scene.database, organizer_id=house(scene))
    opened = str(uuid7())
    sent(scene, "/counter/tills", id=opened, start="50")
    return {"date_id": str(sale.date_id), "type_id": str(sale.types[0])}


def chosen(scene: Scene) -> Values:
    values = till(scene)
    wanted = {"key": secret(), f"qty-{values['type_id']}": "1"}
    place = sent(scene, f"/counter/{values['date_id']}", **wanted)
    return {**values, "hold_id": _held(place)}


def seat_chosen(scene: Scene) -> Values:
    sale = a_seated_sale(scene.database, Hall())
    values = {**_hers(scene, sale), "seat": str(sale.ordinal("D 1"))}
    there = replace(scene, values={**scene.values, **values})
    sent(there, "/counter/tills", id=str(uuid7()), start="0")
    place = sent(there, f"/counter/{sale.date_id}", key=secret(), seat=values["seat"])
    return {**values, "hold_id": _held(place)}


def _held(till: str) -> str:
    """The basket that an address of the till is about."""
    return till.partition("?")[0].rsplit("/", 1)[1]


def to_pay_out(scene: Scene) -> Values:
    values = chosen(scene)
    code = sent(scene, f"/counter/pay/{values['hold_id']}", means="cash").rsplit("/", 1)[1]
    ticket = done(
        scene, "SELECT t.id FROM tickets t JOIN orders o ON o.id = t.order_id WHERE o.code = :sold", sold=code
    )
    sent(scene, f"/orders/{code}/refund", ticket=str(ticket), reason="Ill")
    refund = done(
        scene,
        "SELECT r.id FROM refunds r JOIN payments p ON p.id = r.payment_id"
        " JOIN orders o ON o.id = p.reference WHERE o.code = :sold",
        sold=code,
    )
    return {"refund_id": str(refund)}


def listed(scene: Scene) -> Values:
    date, kind = scene.values["date_id"], scene.values["type_id"]
    sent(scene, f"/dates/{date}/guests", id=str(uuid7()), ticket_type_id=kind, lines="Ana")
    return {"entry_id": str(done(scene, "SELECT id FROM guest_entries WHERE date_id = :date_id"))}


def waiter(scene: Scene) -> Values:
    """Somebody waits for a date that was full and has a place now."""
    sale = a_sale(scene.database, places=(1,), organizer_id=house(scene))
    order = placed(scene.database, sale, 1, now=clock.now())
    if order.payment_id:
        pay(scene.database, order.payment_id)
    one = a_waiter(scene.database, sale, now=clock.now())
    done(scene, "UPDATE pools SET capacity = 3 WHERE id = :pool", pool=sale.pools[0])
    return {"event_id": str(sale.event_id), "entry_id": str(one.id)}


def scheduled(scene: Scene) -> Values:
    done(
        scene,
        "UPDATE messages SET state = 'scheduled', send_at = now() + interval '1 day' WHERE id = :message_id",
    )
    return {}


def read(scene: Scene) -> Values:
    done(scene, "UPDATE import_drafts SET state = 'ready' WHERE id = :draft_id")
    return {}


def imported(scene: Scene) -> Values:
    done(scene, "UPDATE imports SET undone_at = NULL WHERE id = :import_id")
    return {}


def inside(scene: Scene) -> Values:
    date = scene.values["date_id"]
    form = {"code": scene.values["secret"], "gate": "Gate", "nonce": secret()}
    answer = scene.browser("alice").post(f"/staff/{scene.values['organizer']}/door/{date}", data=form)
    assert answer.status_code == 200, answer.text
    return {}


PREPARED: dict[str, Callable[[Scene], Values]] = {
    one.__name__: one
    for one in (
        *(own_factor, in_review, aside, draft, unsold, untouched, in_the_bin, pictured, tuesdays, withdrawn),
        *(stepped, hall, drawn, levels, seated, donated, till, chosen, to_pay_out, listed, waiter, scheduled),
        *(read, imported, inside, their_factor, yesterday, kept, free_seats, seat_chosen, operating),
    )
}

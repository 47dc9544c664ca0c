"""Price steps: who is promised which price, and what comes back.

A step counts like a pool: tickets in active holds, and live tickets. Steps are locked after pools, by their
type and id.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from webapp.booking.models import HoldLine
from webapp.booking.refusals import PriceGone
from webapp.booking.rules import Offer
from webapp.catalog import rules as catalog
from webapp.core.errors import Invalid

# The claim of a first hold does the same inside its one statement.
TAKE = text("""
    INSERT INTO hold_line_steps (hold_line_id, step_id, quantity, price)
    SELECT :line, step, tickets, price FROM take_price_steps(:type, :tickets, :now)
    ON CONFLICT (hold_line_id, step_id) DO UPDATE
    SET quantity = hold_line_steps.quantity + excluded.quantity, price = excluded.price
""")

PROMISED = text("""
    SELECT s.step_id, s.quantity FROM hold_line_steps s JOIN price_steps p ON p.id = s.step_id
    WHERE s.hold_line_id = :line ORDER BY p.position DESC, p.id DESC
""")
SHORTEN = text("""
    UPDATE hold_line_steps SET quantity = quantity - :tickets
    WHERE hold_line_id = :line AND step_id = :step AND quantity > :tickets RETURNING step_id
""")
DROP = text("DELETE FROM hold_line_steps WHERE hold_line_id = :line AND step_id = :step")

GIVE_BACK = """
    WITH gone AS ({gone}), locked AS (
        SELECT p.id, g.tickets FROM price_steps p JOIN gone g ON g.step = p.id
        ORDER BY p.ticket_type_id, p.id FOR NO KEY UPDATE OF p
    )
    UPDATE price_steps p SET taken = p.taken - l.tickets FROM locked l WHERE p.id = l.id
"""
OF_HOLDS = text(
    GIVE_BACK.format(
        gone="""
        SELECT s.step_id AS step, sum(s.quantity)::int AS tickets
        FROM hold_line_steps s JOIN hold_lines l ON l.id = s.hold_line_id
        WHERE l.hold_id = ANY(:holds) GROUP BY s.step_id"""
    )
)
OF_STEPS = text(
    GIVE_BACK.format(
        gone="""
        SELECT step, sum(tickets)::int AS tickets
        FROM unnest(CAST(:steps AS uuid[]), CAST(:tickets AS int[])) AS w(step, tickets) GROUP BY step"""
    )
)

WANTED_AGAIN = text("""
    SELECT l.step_id, l.quantity FROM order_lines l JOIN price_steps p ON p.id = l.step_id
    WHERE l.order_id = :order ORDER BY p.ticket_type_id, p.id
""")
TAKE_AGAIN = text("""
    UPDATE price_steps SET taken = taken + :tickets
    WHERE id = :step AND (most IS NULL OR taken + :tickets <= most) RETURNING id
""")


def chosen(offers: Mapping[UUID, Offer], typed: Mapping[UUID, str]) -> dict[UUID, int]:
    """What guests want to pay for the types whose price they choose, in minor units; says what is least."""
    prices, wrong = {}, {}
    for id_, text_ in typed.items():
        offer = offers.get(id_)
        if offer is None or offer.price_floor is None or not text_.strip():
            continue
        try:
            prices[id_] = catalog.chosen_price(text_, offer.price_floor, offer.currency)
        except ValueError as error:
            wrong[f"pay-{id_}"] = f"{offer.name}: {error}"
    if wrong:
        raise Invalid(" ".join(wrong.values()), fields=wrong, title="This price does not fit")
    return prices


def settle(db: Session, line: HoldLine, *, had: int, quantity: int, now: datetime) -> None:
    """Let a line that had so many tickets be promised its steps for as many as it has now.

    What it was promised stays. Its dearest tickets are those that go first.
    """
    if quantity > had:
        values = {"line": line.id, "type": line.ticket_type_id, "tickets": quantity - had, "now": now}
        db.execute(TAKE, values)
    elif quantity < had:
        promised = db.execute(PROMISED, {"line": line.id}).all()
        _give_back(db, _shorten(db, line.id, promised, quantity))


def end_of_holds(db: Session, holds: Collection[UUID]) -> None:
    """Holds that have just ended promise nothing any more; their pools are told already."""
    if holds:
        db.execute(OF_HOLDS, {"holds": list(holds)})


def end_of_tickets(db: Session, steps: Sequence[UUID | None]) -> None:
    """The same for tickets that are void, one step for each."""
    _give_back(db, [(step, 1) for step in steps if step])


def take_again(db: Session, order_id: UUID) -> None:
    """The promises of an order whose hold ran out; raises PriceGone when others have them now."""
    for step, tickets in db.execute(WANTED_AGAIN, {"order": order_id}).all():
        if db.scalar(TAKE_AGAIN, {"step": step, "tickets": tickets}) is None:
            raise PriceGone("The lower price of this order went to somebody else.")


def _shorten(
    db: Session, line_id: UUID, promised: Sequence[tuple[UUID, int]], keep: int
) -> list[tuple[UUID, int]]:
    """Let a line keep so many of its promises at most; returns what each step gets back."""
    over = sum(quantity for _, quantity in promised) - keep
    back = []
    for step, quantity in promised:
        tickets = min(quantity, over)
        if tickets <= 0:
            break
        values = {"line": line_id, "step": step, "tickets": tickets}
        if db.scalar(SHORTEN, values) is None:
            db.execute(DROP, {"line": line_id, "step": step})
        back.append((step, tickets))
        over -= tickets
    return back


def _give_back(db: Session, back: Sequence[tuple[UUID, int]]) -> None:
    if back:
        steps, tickets = zip(*back, strict=True)
        db.execute(OF_STEPS, {"steps": list(steps), "tickets": list(tickets)})

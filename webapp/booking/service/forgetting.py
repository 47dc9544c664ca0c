"""Orders stay for the organizer's books when an account goes; the person in them does not."""

from sqlalchemy import func, or_, select, update

from webapp.accounts.events import AccountDeleted
from webapp.accounts.queries import people
from webapp.booking.models import Order, OrderLine, Ticket
from webapp.core import papers
from webapp.core.db import Session
from webapp.core.mailing import SentMail
from webapp.payments.models import Payment


def forget_person(db: Session, event: AccountDeleted) -> None:
    """Names, addresses and answers go from every order of the account; its tickets stay valid.

    Theirs are also the orders bought as a guest with the confirmed address of the account.
    """
    person = people.person(db, event.user_id)
    own = [Order.user_id == event.user_id]
    if person.is_verified:
        own.append(func.lower(Order.buyer_email) == person.email.lower())
    orders = list(db.scalars(select(Order.id).where(or_(*own)).order_by(Order.id).with_for_update()))
    if not orders:
        return
    db.execute(update(Order).where(Order.id.in_(orders)).values(buyer_name="", buyer_email="", answers={}))
    db.execute(update(Ticket).where(Ticket.order_id.in_(orders)).values(holder_name="", answers={}))
    for line in db.scalars(select(OrderLine).where(OrderLine.order_id.in_(orders))):
        line.attendees = [{**attendee, "name": "", "answers": {}} for attendee in line.attendees]
    db.execute(update(SentMail).where(SentMail.reference.in_(orders)).values(recipient=""))
    db.execute(update(Payment).where(Payment.reference.in_(orders)).values(email=""))
    papers.forget(db, orders)
    db.flush()

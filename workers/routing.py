"""What follows from what: the one table from events to jobs, and how each job is run."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from webapp.accounts.events import (
    AddressTaken,
    EmailChangeAsked,
    EmailChanged,
    FactorChanged,
    MemberInvited,
    PasswordChanged,
    PasswordForgotten,
    SignedUp,
)
from webapp.booking.events import (
    OrderCancelled,
    OrderChanged,
    OrderPaid,
    OrderPaidTooLate,
    OrderRefunded,
    TicketsResent,
    TicketsResold,
    VisitMoved,
)
from webapp.catalog.events import DateCancelled, DateMoved, PlacesCameBack
from webapp.core.events import Event
from webapp.desk.events import RequestApproved, RequestDeclined, TicketsAsked
from webapp.importing.events import FeedDue, ImportAsked, ImportConfirmed
from webapp.messages.events import MessageDue, TrialAsked
from webapp.payments.events import RefundRequested
from webapp.reports.events import ReportDue
from webapp.waitinglist.events import EntryAsked, EntryJoined, ListClosed, OfferLapsed, OfferMade
from webapp.waitingroom.events import RehearsalAsked
from workers.context import JobFunction
from workers.jobs import (
    accounts,
    booking,
    desk,
    importing,
    messages,
    payments,
    reports,
    waitinglist,
    waitingroom,
)

QueueName = Literal["urgent", "default", "slow"]

# Each has a process of its own, so a season's refunds on `slow` keep nobody's tickets waiting.
QUEUES: tuple[QueueName, ...] = ("urgent", "default", "slow")


@dataclass(frozen=True)
class Job:
    """One consequence. An attempt may take `timeout` seconds; after `attempts` it is a dead letter."""

    run: JobFunction
    queue: QueueName
    timeout: int
    attempts: int

    @property
    def name(self) -> str:
        return self.run.__name__


def urgent(run: JobFunction) -> Job:
    """Somebody waits for it, usually a mail: tried for about two hours."""
    return Job(run, "urgent", timeout=30, attempts=15)


def soon(run: JobFunction) -> Job:
    """Tried for about two hours, beside what is urgent."""
    return Job(run, "default", timeout=60, attempts=15)


def slow(run: JobFunction) -> Job:
    """Many steps; one attempt may take ten minutes."""
    return Job(run, "slow", timeout=600, attempts=10)


class Routing:
    """The table, asked by topic and by name; and the events after which an order's open pages are redrawn."""

    def __init__(
        self, table: Mapping[type[Event], Iterable[Job]], redrawn: Collection[type[Event]] = ()
    ) -> None:
        self._by_topic = {event.__name__: tuple(jobs) for event, jobs in table.items()}
        self._redrawn = {event.__name__ for event in redrawn}
        self._by_name = {job.name: job for jobs in self._by_topic.values() for job in jobs}

    def jobs_after(self, topic: str) -> tuple[Job, ...]:
        return self._by_topic.get(topic, ())

    def is_redrawn(self, topic: str) -> bool:
        return topic in self._redrawn

    def find(self, name: str) -> Job | None:
        """The job of that name, or None for one that a newer or older release knows."""
        return self._by_name.get(name)

    def jobs(self) -> tuple[Job, ...]:
        return tuple(self._by_name.values())


ROUTES: Mapping[type[Event], tuple[Job, ...]] = {
    OrderPaid: (urgent(booking.mail_tickets),),
    OrderPaidTooLate: (urgent(booking.mail_too_late),),
    OrderRefunded: (soon(booking.mail_refund),),
    TicketsResold: (soon(booking.mail_resold),),
    OrderCancelled: (soon(booking.mail_cancellation),),
    TicketsResent: (urgent(booking.mail_tickets_again),),
    DateCancelled: (slow(booking.refund_date),),
    DateMoved: (soon(booking.tell_of_move),),
    VisitMoved: (soon(booking.mail_moved),),
    PlacesCameBack: (urgent(waitinglist.offer_places),),
    EntryAsked: (urgent(waitinglist.mail_waitlist_confirm),),
    EntryJoined: (urgent(waitinglist.mail_waitlist_joined),),
    OfferMade: (urgent(waitinglist.mail_waitlist_offer),),
    OfferLapsed: (soon(waitinglist.mail_waitlist_lapsed),),
    ListClosed: (soon(waitinglist.mail_waitlist_closed),),
    ImportAsked: (slow(importing.read_import),),
    ImportConfirmed: (slow(importing.bring_in_import),),
    FeedDue: (slow(importing.look_at_feed),),
    TicketsAsked: (urgent(desk.mail_request_asked),),
    RequestApproved: (urgent(desk.mail_request_approved),),
    RequestDeclined: (soon(desk.mail_request_declined),),
    RehearsalAsked: (Job(waitingroom.rehearse, "slow", timeout=900, attempts=2),),
    # Short turns: a worker that dies in one is noticed when the turn is over.
    MessageDue: (Job(messages.send_message, "slow", timeout=60, attempts=20),),
    TrialAsked: (urgent(messages.mail_trial),),
    ReportDue: (slow(reports.mail_report),),
    RefundRequested: (soon(payments.send_refund),),
    SignedUp: (urgent(accounts.mail_confirm_address),),
    AddressTaken: (urgent(accounts.mail_address_taken),),
    PasswordForgotten: (urgent(accounts.mail_new_password),),
    PasswordChanged: (urgent(accounts.mail_password_changed),),
    FactorChanged: (urgent(accounts.mail_factor_changed),),
    EmailChangeAsked: (urgent(accounts.mail_confirm_new_address),),
    MemberInvited: (urgent(accounts.mail_invitation),),
    EmailChanged: (urgent(accounts.mail_address_changed),),
}

# Open pages of an order look different then. That is worth little when it is late, and a page asks by itself
# too, so no delivery is kept of it: the clock hears which orders changed (`timers.redraw_orders`).
REDRAWN: tuple[type[Event], ...] = (
    OrderPaid,
    TicketsResold,
    OrderPaidTooLate,
    OrderRefunded,
    OrderCancelled,
    OrderChanged,
)

ROUTING = Routing(ROUTES, REDRAWN)

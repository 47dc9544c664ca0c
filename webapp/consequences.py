"""What must happen in the same transaction as an event. What may follow later is in `workers.routing`."""

from collections.abc import Mapping, Sequence

from webapp.accounts.events import AccountDeleted
from webapp.booking.service import forgetting, settlement
from webapp.catalog.events import DateAdded
from webapp.core.events import Event
from webapp.core.outbox import AtOnce
from webapp.desk.service import requests
from webapp.messages.service import bounces
from webapp.payments.events import (
    PaymentDelayed,
    PaymentFailed,
    PaymentSucceeded,
    RefundFailed,
    RefundSucceeded,
)
from webapp.waitinglist.service import joining
from webapp.waitingroom import service as rooms

AT_ONCE: Mapping[type[Event], Sequence[AtOnce]] = {
    PaymentSucceeded: (settlement.pay_order,),
    PaymentFailed: (settlement.note_failure,),
    PaymentDelayed: (settlement.note_delay,),
    RefundSucceeded: (settlement.note_refund,),
    RefundFailed: (settlement.note_refund,),
    AccountDeleted: (
        forgetting.forget_person,
        joining.forget_person,
        requests.forget_person,
        bounces.forget_person,
    ),
    DateAdded: (rooms.put_behind,),
}

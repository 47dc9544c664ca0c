"""What must happen in the same transaction as an event. What may follow later is in `workers.routing`."""

from collections.abc import Mapping, Sequence

from webapp.accounts.events import AccountDeleted
from webapp.booking.service import forgetting
from webapp.core.events import Event
from webapp.core.outbox import AtOnce

AT_ONCE: Mapping[type[Event], Sequence[AtOnce]] = {
    AccountDeleted: (forgetting.forget_person,),
    # PaymentSucceeded: (settlement.pay_order,),
}

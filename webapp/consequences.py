"""What must happen in the same transaction as an event. What may follow later is in `workers.routing`."""

from collections.abc import Mapping, Sequence

from webapp.core.events import Event
from webapp.core.outbox import AtOnce

AT_ONCE: Mapping[type[Event], Sequence[AtOnce]] = {
    # PaymentSucceeded: (settlement.pay_order,),
}

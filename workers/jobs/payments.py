"""Money that goes back, once somebody decided it."""

from uuid import UUID

from webapp.payments.service import refunds
from workers.context import Context, Effect


def send_refund(context: Context, *, refund_id: UUID, reference: UUID) -> Effect | None:  # noqa: ARG001
    """Send it at the provider's, with the refund's own key, so that a repeat sends nothing twice."""
    return refunds.send(context.database, context.gateway, refund_id)

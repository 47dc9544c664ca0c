"""What follows from requests for tickets: mails to who asked."""

from uuid import UUID

from webapp.core.money import shown
from webapp.desk.queries import requests
from workers.context import Context, Effect
from workers.mail.compose import compose
from workers.mail.send import send


def mail_request_asked(context: Context, *, request_id: UUID) -> Effect | None:
    return _mail(context, "request_asked", request_id)


def mail_request_approved(context: Context, *, request_id: UUID) -> Effect | None:
    """Says how to pay, and until when."""
    return _mail(context, "request_approved", request_id)


def mail_request_declined(context: Context, *, request_id: UUID) -> Effect | None:
    return _mail(context, "request_declined", request_id)


def _mail(context: Context, kind: str, request_id: UUID) -> Effect | None:
    with context.database.reading() as db:
        request = requests.request(db, request_id, context.now())
    if not request.email:
        return None  # a deleted account has no address any more
    message = compose(
        context,
        kind,
        (request.name, request.email),
        reply_to=request.organizer_email,
        category=request.category,
        request=request,
        total=shown(request.total, request.currency),
        link=context.address(request.path),
    )
    return send(context, message, kind=kind, reference=request.id)

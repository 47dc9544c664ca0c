"""Hands mails to the SMTP server, and remembers those it took."""

import smtplib
import ssl
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit
from uuid import UUID

import structlog
from sqlalchemy.dialects.postgresql import insert

from webapp.core.db import Session, require_no_transaction
from webapp.core.mailing import SentMail
from workers.context import Context, Effect

log = structlog.get_logger()

TIMEOUT_SECONDS = 10

# What is not in use just now, by the server's address: greeting, encrypting and signing in for each mail
# costs both sides more than the mail.
_open: dict[str, smtplib.SMTP] = {}


def send(context: Context, message: EmailMessage, *, kind: str, reference: UUID | None) -> Effect:
    """Send it now; what is returned writes down that it was taken.

    Raises when the server is away or refuses. If this process dies between the server's yes and our
    note, the mail is sent once more with the same Message-ID; the opposite choice would lose mails.
    """
    context.smtp.call(hand_over, context.settings.smtp_url, message)
    row = {
        "message_id": message["Message-ID"],
        "kind": kind,
        "reference": reference,
        "recipient": message["To"].addresses[0].addr_spec,
        "subject": message["Subject"],
    }

    def note(db: Session) -> None:
        db.execute(insert(SentMail).values(row).on_conflict_do_nothing(index_elements=[SentMail.message_id]))

    return note


def reach(context: Context) -> None:
    """Begin a conversation that the next mail goes on with; raises when the server is away."""
    context.smtp.call(_be_ready, context.settings.smtp_url)


def _be_ready(smtp_url: str) -> None:
    require_no_transaction()
    server = _open.get(smtp_url)
    if server is None or not _is_listening(server):
        _open[smtp_url] = _begin(smtp_url)


def hand_over(smtp_url: str, message: EmailMessage) -> None:
    """Give it to the server, in the conversation that the last mail began or in a new one."""
    require_no_transaction()
    server = _open.pop(smtp_url, None)
    if server is None or not _is_listening(server):
        server = _begin(smtp_url)
    try:
        server.send_message(message)
    except BaseException:
        server.close()
        raise
    _open[smtp_url] = server


def _is_listening(server: smtplib.SMTP) -> bool:
    """Servers end what was silent for some minutes."""
    try:
        return server.noop()[0] == 250
    except (smtplib.SMTPException, OSError):
        server.close()
        return False


def _begin(smtp_url: str) -> smtplib.SMTP:
    """A conversation: encrypted when it can be, signed in when the address says as whom."""
    url = urlsplit(smtp_url)
    server = _connect(url.scheme, url.hostname or "localhost", url.port)
    if url.username:
        server.login(unquote(url.username), unquote(url.password or ""))
    return server


def _connect(scheme: str, host: str, port: int | None) -> smtplib.SMTP:
    if scheme == "smtps":
        return smtplib.SMTP_SSL(
            host, port or 465, timeout=TIMEOUT_SECONDS, context=ssl.create_default_context()
        )
    server = smtplib.SMTP(host, port or 25, timeout=TIMEOUT_SECONDS)
    server.ehlo()
    if server.has_extn("starttls"):
        server.starttls(context=ssl.create_default_context())
        server.ehlo()
    return server

"""A mail from its folder of templates: `emails/<kind>/{subject.txt,body.txt,body.html}`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from typing import Any
from urllib.parse import urlsplit

from webapp.core.text import one_line
from workers.context import Context


@dataclass(frozen=True)
class Attachment:
    name: str
    mime_type: str
    content: bytes


def compose(
    context: Context,
    kind: str,
    to: tuple[str, str],
    *,
    reply_to: str = "",
    attachments: Sequence[Attachment] = (),
    **values: Any,
) -> EmailMessage:
    """Text and HTML in one; `to` is a name and an address. A repeat has the same Message-ID."""
    message = EmailMessage()
    values["subject"] = one_line(context.render(f"emails/{kind}/subject.txt", **values))
    message["Subject"] = values["subject"]
    message["From"] = context.settings.mail_from
    message["To"] = _address(*to)
    if reply_to:
        message["Reply-To"] = _address("", reply_to)
    message["Date"] = format_datetime(context.now())
    message["Message-ID"] = f"<{context.delivery_id}@{_domain(context)}>"
    # So that no holiday notice answers us.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(_tidy(context.render(f"emails/{kind}/body.txt", **values)))
    message.add_alternative(context.render(f"emails/{kind}/body.html", **values), subtype="html")
    for attachment in attachments:
        kind_, _, subkind = attachment.mime_type.partition("/")
        message.add_attachment(attachment.content, maintype=kind_, subtype=subkind, filename=attachment.name)
    return message


def _address(name: str, email: str) -> Address:
    user, _, domain = email.rpartition("@")
    return Address(one_line(name), user, domain)


def _domain(context: Context) -> str:
    _, sender = parseaddr(context.settings.mail_from)
    return sender.rpartition("@")[2] or urlsplit(context.settings.base_url).hostname or "localhost"


def _tidy(text: str) -> str:
    """What loops and conditions leave behind: at most one empty line in a row."""
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"

"""The development mailbox: every mail that was sent, read as its receiver would. Never in production."""

import hashlib
import re
from base64 import b64encode
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, cast

from flask import Blueprint, Response, make_response, render_template

from webapp.core.errors import NotFound
from webapp.web import current

bp = Blueprint("mailbox", __name__, url_prefix="/dev/mail")

MOST_LISTED = 100
_NAME = re.compile(r"[0-9A-Za-z-]+\.eml")
_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)


@dataclass(frozen=True)
class Attached:
    number: int
    name: str
    mime_type: str
    size: int


@dataclass(frozen=True)
class Letter:
    """A mail as it is shown; `when` is empty when it does not say."""

    file: str
    subject: str
    sender: str
    to: str
    when: str
    text: str
    has_html: bool
    attached: tuple[Attached, ...]


@bp.get("/")
def listed() -> str:
    files = sorted(_folder().glob("*.eml"), reverse=True)
    letters = [_letter(path) for path in files[:MOST_LISTED]]
    return render_template("dev/mailbox.html", letters=letters, count=len(files))


@bp.get("/<file>")
def read(file: str) -> str:
    return render_template("dev/mail.html", letter=_letter(_path(file)))


@bp.get("/<file>/html")
def html(file: str) -> Response:
    """The HTML part alone, in a sandbox: no script, nothing fetched, no styles but its own."""
    part = _parsed(_path(file)).get_body(("html",))
    if part is None:
        raise NotFound("This mail has no HTML part.")
    # Line ends as a browser reads them, since it compares the hashes of the styles.
    words = cast(str, cast(EmailMessage, part).get_content()).replace("\r\n", "\n")
    response = make_response(words)
    response.headers["Content-Security-Policy"] = _sandbox(words)
    return response


@bp.get("/<file>/attachments/<int:number>")
def attachment(file: str, number: int) -> Response:
    parts = list(_parsed(_path(file)).iter_attachments())
    if not 0 <= number < len(parts):
        raise NotFound("This mail has no such attachment.")
    part = parts[number]
    response = make_response(part.get_payload(decode=True) or b"")
    response.mimetype = part.get_content_type()
    response.headers.set("Content-Disposition", "attachment", filename=part.get_filename() or "part")
    return response


for view in (listed, read, html, attachment):
    cast(Any, view).guard = "all"  # registered only where MAILBOX_DIR is set


def _sandbox(words: str) -> str:
    hashes = [b64encode(hashlib.sha256(style.encode()).digest()).decode() for style in _STYLE.findall(words)]
    styles = " ".join(f"'sha256-{one}'" for one in hashes) or "'none'"
    return (
        f"sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src {styles}; "
        "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


def _folder() -> Path:
    folder = current.settings().mailbox_dir
    if folder is None:
        raise NotFound("There is no mailbox here.")
    return folder


def _path(file: str) -> Path:
    path = _folder() / file
    if not _NAME.fullmatch(file) or not path.is_file():
        raise NotFound("This mail is gone: the mailbox keeps the newest thousand.")
    return path


def _parsed(path: Path) -> EmailMessage:
    return message_from_bytes(path.read_bytes(), policy=policy.default)


def _letter(path: Path) -> Letter:
    mail = _parsed(path)
    text = mail.get_body(("plain",))
    sent = mail["Date"].datetime if mail["Date"] else None
    return Letter(
        file=path.name,
        subject=str(mail["Subject"] or "(no subject)"),
        sender=str(mail["From"] or ""),
        to=str(mail["To"] or ""),
        when=f"{sent:%d %B %Y, %H:%M:%S} UTC" if sent else "",
        text=cast(EmailMessage, text).get_content() if text else "",
        has_html=mail.get_body(("html",)) is not None,
        attached=tuple(_attached(number, part) for number, part in enumerate(mail.iter_attachments())),
    )


def _attached(number: int, part: EmailMessage) -> Attached:
    content = part.get_payload(decode=True) or b""
    return Attached(number, part.get_filename() or "part", part.get_content_type(), len(cast(bytes, content)))

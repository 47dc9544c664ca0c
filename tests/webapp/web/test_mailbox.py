"""The development mailbox shows what was sent, and gives a mail no power over the page."""

import base64
import hashlib
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from webapp.core.errors import NotFound


def mail(folder: Path, file: str = "20261205T191500000000-0a1b2c3d.eml", *, html: str = "") -> str:
    """A mail with two parts and a file, as the SMTP server keeps it."""
    message = EmailMessage()
    message["Subject"] = "Your tickets"
    message["From"] = "Marquee <tickets@marquee.example>"
    message["To"] = "Amara Okafor <amara@example.org>"
    message["Date"] = "Sat, 05 Dec 2026 19:15:00 +0000"
    message.set_content("They are here: http://localhost/orders/M7K4-QX2P")
    if html:
        message.add_alternative(html, subtype="html")
    message.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="tickets.pdf")
    (folder / file).write_bytes(message.as_bytes())
    return file


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def client(make: Callable[..., Flask], folder: Path) -> FlaskClient:
    return make(mailbox_dir=folder).test_client()


def test_an_empty_mailbox_says_how_to_fill_it(client: FlaskClient) -> None:
    assert "No mail yet" in client.get("/dev/mail/").text


def test_the_newest_mail_stands_first(client: FlaskClient, folder: Path) -> None:
    older, newer = mail(folder, "20261204T1-a.eml"), mail(folder, "20261205T1-b.eml")

    page = client.get("/dev/mail/").text

    assert page.index(newer) < page.index(older)


def test_a_mail_is_read_as_text_with_its_links(client: FlaskClient, folder: Path) -> None:
    page = client.get(f"/dev/mail/{mail(folder)}").text

    assert "Amara Okafor &lt;amara@example.org&gt;" in page
    assert '<a href="http://localhost/orders/M7K4-QX2P"' in page


def test_the_html_part_is_shown_in_a_sandbox_without_scripts(client: FlaskClient, folder: Path) -> None:
    file = mail(folder, html="<style>p { color: red }</style><script>alert(1)</script><p>Hello</p>")

    answer = client.get(f"/dev/mail/{file}/html")

    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox allow-popups")
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "unsafe" not in policy


def test_a_mail_keeps_its_own_styles_although_mails_end_lines_otherwise(
    client: FlaskClient, folder: Path
) -> None:
    style = "\n  p { color: red }\n"
    file = mail(folder, html=f"<style>{style}</style><p>Hello</p>")
    (folder / file).write_bytes((folder / file).read_bytes().replace(b"\n", b"\r\n"))

    answer = client.get(f"/dev/mail/{file}/html")

    known = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{known}'" in answer.headers["Content-Security-Policy"]


def test_a_file_that_came_with_a_mail_is_downloaded(client: FlaskClient, folder: Path) -> None:
    answer = client.get(f"/dev/mail/{mail(folder)}/attachments/0")

    assert answer.data == b"%PDF-1.7"
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"] == "attachment; filename=tickets.pdf"


@pytest.mark.parametrize("file", ["gone.eml", "..%2fsecret.eml", "x.txt"])
def test_only_mails_are_read(client: FlaskClient, file: str) -> None:
    assert client.get(f"/dev/mail/{file}").status_code == NotFound.status


def test_without_a_mailbox_there_is_no_page(app: Flask) -> None:
    assert app.test_client().get("/dev/mail/").status_code == NotFound.status

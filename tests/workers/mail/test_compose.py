"""A mail from its folder of templates."""

from pathlib import Path
from uuid import UUID

import pytest
from jinja2 import UndefinedError

from workers.context import Context
from workers.mail.compose import Attachment, compose
from workers.templates import FOLDER

DELIVERY = UUID(int=7)
VALUES = {
    "category": "",
    "name": "Amara",
    "email": "amara@example.org",
    "link": "http://x/",
    "works_for": "a day",
}


def test_every_kind_has_a_subject_a_text_and_a_page() -> None:
    kinds = [path for path in (FOLDER / "emails").iterdir() if path.is_dir()]

    assert len(kinds) > 5
    for kind in kinds:
        assert {path.name for path in kind.iterdir()} == {"subject.txt", "body.txt", "body.html"}


def test_a_repeat_has_the_same_message_id(context: Context) -> None:
    mails = [
        compose(context.of(DELIVERY), "verify_email", ("Amara", "amara@example.org"), **VALUES)
        for _ in range(2)
    ]

    assert {mail["Message-ID"] for mail in mails} == {f"<{DELIVERY}@marquee.example>"}


def test_what_a_template_needs_and_nobody_gives_is_an_error(context: Context) -> None:
    with pytest.raises(UndefinedError):
        compose(context.of(DELIVERY), "verify_email", ("Amara", "amara@example.org"), category="")


def test_what_a_person_typed_is_no_markup_in_the_page(context: Context) -> None:
    mail = compose(
        context.of(DELIVERY),
        "verify_email",
        ("Amara", "amara@example.org"),
        **{**VALUES, "name": "<b>Amara</b>"},
    )

    page = mail.get_body(("html",))
    assert page is not None
    assert "&lt;b&gt;Amara&lt;/b&gt;" in page.get_content()


def test_files_come_along(context: Context) -> None:
    mail = compose(
        context.of(DELIVERY),
        "verify_email",
        ("Amara", "amara@example.org"),
        attachments=[Attachment("tickets.pdf", "application/pdf", b"%PDF")],
        **VALUES,
    )

    assert [(part.get_filename(), part.get_content()) for part in mail.iter_attachments()] == [
        ("tickets.pdf", b"%PDF")
    ]


def test_no_mail_fetches_anything() -> None:
    pages: list[Path] = list((FOLDER / "emails").rglob("*.html"))

    assert [page for page in pages if "src=" in page.read_text()] == []

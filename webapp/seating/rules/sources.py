"""A plan from a file of any kind: `plan.toml`, CSV, SVG, or JSON of zones. Told by what is in it. Pure."""

import json
from dataclasses import dataclass

from webapp.core.errors import Invalid
from webapp.seating.rules import files, listed, pictures, tables, written
from webapp.seating.rules.design import Design
from webapp.seating.rules.draft import Draft

MOST_BYTES = 4_000_000


@dataclass(frozen=True)
class Source:
    """What a file says; `remarks` are what in it was not understood or had to be told apart.

    `draft` is there for JSON, whose seats are kept as they stand.
    """

    design: Design
    remarks: tuple[str, ...] = ()
    draft: Draft | None = None


def read(content: bytes, name: str, *, is_checked: bool = False) -> Source:
    """The plan in a file, called `name` where it does not say; `is_checked` also looks at the seats."""
    if len(content) > MOST_BYTES:
        raise unreadable(f"It has {len(content) / 1e6:.1f} MB; a plan has up to {MOST_BYTES // 10**6} MB.")
    text = _text(content)
    start = text.lstrip()[:1]
    if start == "<":
        seats = pictures.read(text)
        return Source(listed.design(name, seats.seats, seats.stage, seats.labels), seats.remarks)
    if start == "{":
        draft = files.read(_json(text))
        return Source(listed.of_draft(name, draft), draft.remarks, draft)
    if tables.is_table(text):
        found, remarks = tables.read(text)
        return Source(listed.design(name, found), remarks)
    return Source(written.checked(text) if is_checked else written.read(text))


def unreadable(sentence: str) -> Invalid:
    return Invalid(sentence, title="This plan cannot be read", fields={"file": sentence})


def _text(content: bytes) -> str:
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        said = f"Its letters are not UTF-8 (byte {error.start + 1:,}). Save it as UTF-8."
        raise unreadable(said) from None
    if not text.strip():
        raise unreadable("The file is empty.")
    if "\0" in text:
        raise unreadable("This is not a text file. A plan is a plan.toml, a CSV, an SVG or a JSON file.")
    return text


def _json(text: str) -> object:
    try:
        found: object = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise unreadable(f"This is not JSON: {error}.") from None
    return found

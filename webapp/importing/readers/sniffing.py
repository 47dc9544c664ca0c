"""Which form a source has, told by what is in it and never by its name; what is none is refused. Pure."""

import gzip
import io
import re
import zipfile
from collections.abc import Iterator
from itertools import islice
from typing import Any

from webapp.importing.readers import blocks, cleaning, table_columns
from webapp.importing.readers.words import shortened
from webapp.importing.rules.found import Refused

LOOKED_AT = 200_000  # characters: what does not show by then does not show
FEW = 8  # bytes that are no text, and slips in one all the same
MOST_PARTS = 5_000  # of a document, looked at for what it is about

# What a file begins with that holds no events that a machine can read, and what it is.
_OTHERS = {
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"BM\x00": "a picture",
    b"RIFF": "a picture or sound",
    b"\x1f\x8b": "packed with gzip",
    b"BZh": "packed with bzip2",
    b"\xfd7zXZ": "packed with xz",
    b"7z\xbc\xaf": "a 7-Zip archive",
    b"Rar!": "a RAR archive",
    b"\x7fELF": "a program",
    b"MZ\x90": "a program",
    b"SQLite format": "a database",
    b"{\\rtf": "a text in RTF",
}
_RIGHT = (
    "What goes in is a calendar (.ics), a page or JSON with schema.org events, a conference's schedule "
    "or a table."
)
_CALENDAR = re.compile(r"^[ \t]*BEGIN[ \t]*:[ \t]*V(?:CALENDAR|EVENT)\b", re.IGNORECASE | re.MULTILINE)
_CONTACTS = re.compile(r"\s*BEGIN[ \t]*:[ \t]*VCARD\b", re.IGNORECASE)
_LINKED = re.compile(r"application/ld\+json", re.IGNORECASE)
_ROOT = re.compile(r"<([A-Za-z][\w.:-]*)")
_PROLOGUE = re.compile(
    r"\s*(?:<\?.*?\?>|<!--.*?-->|<!DOCTYPE\b[^\[<>]*(?:\[.*?\]\s*)?>)", re.DOTALL | re.IGNORECASE
)
_TITLE = re.compile(r"<(title|h1)\b[^>]*>(.*?)</\1\s*>", re.DOTALL | re.IGNORECASE)
_PLAN = re.compile(r"^[ \t]*(?:form[ \t]*=[ \t]*[\"']marquee seat plan|\[\[section\]\])", re.MULTILINE)
# What pages and pieces of them begin with.
_OF_PAGES = re.compile(
    "html|head|body|div|meta|title|script|style|link|p|h[1-6]|table|t[rdh]|main|section|article|header|footer|nav"
    "|aside|span|a|[uo]l|li|form|img|iframe|center|font|br|b|strong|pre|"
)
_SEATS = {"section", "row", "seat"}
_MARKS = "\ufeff \t\r\n\x0b\x0c\x00"


def form(content: bytes) -> str:
    """The name of the reader for a source; refused where there is none."""
    if not content.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00"):
        raise Refused("empty", f"The file is empty. {_RIGHT}")
    if content.startswith(b"PK"):
        return _archive(content)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        return "tables"
    _require_text(content)
    text = cleaning.decoded(content)
    start = text.lstrip(_MARKS)[:1]
    if start == "<":
        return _markup(text)
    if start in {"{", "["} and not text.lstrip(_MARKS).startswith("[["):
        return _objects(text)
    return _lines(text)


def _archive(content: bytes) -> str:
    """A workbook is an archive too; any other has to be unpacked first."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError):
        message = (
            "It begins like a workbook or an archive, but is cut off or broken. Save or download it again."
        )
        raise Refused("truncated", message) from None
    if any(name.startswith("xl/") or name == "content.xml" for name in names):
        return "tables"
    inside = ", ".join(shortened(name, 40) for name in names[:5]) or "nothing"
    message = (
        f"It is an archive of {len(names)} files ({inside}). Unpack it and import the files that are in it."
    )
    raise Refused("archive", message)


def _require_text(content: bytes) -> None:
    for start, what in _OTHERS.items():
        if content.startswith(start):
            advice = f" It holds {packed}." if (packed := _packed(content)) else ""
            raise Refused("not-events", f"It is {what}.{advice} {_RIGHT}")
    head = content[:4000]
    is_wide = head.startswith((b"\xff\xfe", b"\xfe\xff")) or head.count(0) * 4 >= len(head) > 8
    controls = sum(byte < 9 or 13 < byte < 27 or 27 < byte < 32 for byte in head)
    if (is_wide and not _is_wide_text(content)) or (not is_wide and controls > max(FEW, len(head) // 50)):
        at = next((n for n, byte in enumerate(head) if byte < 9 or 13 < byte < 27 or 27 < byte < 32), 0)
        line = head[:at].count(b"\n") + 1
        message = f"It is no text, but data of a program: line {line} holds bytes that no text has. {_RIGHT}"
        raise Refused("binary", message)


def _packed(content: bytes) -> str:
    """What a packed file begins with, unpacked no further than a line."""
    if not content.startswith(b"\x1f\x8b"):
        return ""
    try:
        with gzip.open(io.BytesIO(content)) as file:
            first = file.read(80)
    except (OSError, EOFError, ValueError):
        return ""
    return (
        f"“{shortened(first.decode('utf-8', 'replace'), 40)}”, so unpack it first" if first.isascii() else ""
    )


def _is_wide_text(content: bytes) -> bool:
    """Whether it is text in letters of two or four bytes."""
    head = cleaning.decoded(content[:4000])
    seen = head.strip(_MARKS)
    return bool(seen) and sum(letter.isprintable() or letter.isspace() for letter in seen) * 10 >= 9 * len(
        seen
    )


def _markup(text: str) -> str:
    """A schedule in XML, or a page."""
    rest = text.lstrip(_MARKS)
    while prologue := _PROLOGUE.match(rest[:LOOKED_AT]):
        rest = rest[prologue.end() :]
    root = _ROOT.match(rest.lstrip())
    name = (root[1] if root else "").split(":")[-1].lower()
    if name in {"schedule", "pentabarf"}:
        return "schedules"
    if _LINKED.search(text):
        return "linked_data"
    if name in {"svg", "plan", "seatmap"}:
        raise Refused("seat-plan", _plan_sentence())
    if _OF_PAGES.fullmatch(name) or _is_page(text):
        title = _TITLE.search(text[:LOOKED_AT])
        called = f" called “{shortened(cleaning.title(title[2]), 60)}”" if title else ""
        message = (
            f"It is a web page{called} without events that a machine can read, perhaps an error page "
            "saved in place of a calendar. Download the calendar itself, or a page with schema.org events "
            "in a script of type application/ld+json."
        )
        raise Refused("web-page", message)
    message = (
        f"It is XML whose root is <{shortened(name, 40)}>; a conference's schedule has the root <schedule>."
    )
    raise Refused("unknown-xml", message)


def _is_page(text: str) -> bool:
    return bool(re.search(r"<(?:html|body)\b", text[:5_000], re.IGNORECASE))


def _objects(text: str) -> str:
    """What a JSON document is about, by the names in it."""
    try:
        document = blocks.parsed(text.strip("\x00"))
    except blocks.Unreadable as problem:
        if "@type" in text[:LOOKED_AT] and "</script" in text:
            return "linked_data"
        message = (
            f"Line {problem.line}, column {problem.column} is no JSON: {problem.what}. "
            "Perhaps the file is cut off; save or download it again."
        )
        raise Refused("bad-json", message) from None
    if isinstance(document, list) and document and document[0] in ("vcalendar", "vevent"):
        raise Refused("jcal", "It is a calendar in JSON (jCal). Export it as iCalendar (.ics) instead.")
    names = {name for part in islice(_parts(document), MOST_PARTS) for name in part}
    if isinstance(document, dict):
        if _is_export(document):
            return "own"
        if _is_schedule(document):
            return "schedules"
    if names & {"@type", "@graph", "@context"}:
        return "linked_data"
    if names & {"seat_number", "seat_guid", "row_number"} or {"rows", "seats"} <= names:
        raise Refused("seat-plan", _plan_sentence())
    return "tables"


def _is_export(document: dict[str, Any]) -> bool:
    listed = document.get("events")
    first = listed[0] if isinstance(listed, list) and listed else None
    return isinstance(first, dict) and "title" in first and bool({"starts_at", "starts_local"} & set(first))


def _is_schedule(document: dict[str, Any]) -> bool:
    schedule = document.get("schedule", document)
    return isinstance(schedule, dict) and (
        isinstance(schedule.get("conference"), dict) or isinstance(schedule.get("days"), list)
    )


def _parts(document: Any) -> Iterator[dict[str, Any]]:
    """All objects of a document, those of one level before those inside them."""
    level = [document]
    while level:
        deeper: list[Any] = []
        for one in level:
            if isinstance(one, dict):
                yield one
                deeper.extend(one.values())
            elif isinstance(one, list):
                deeper.extend(one)
        level = deeper


def _lines(text: str) -> str:
    """A calendar, or a table in lines."""
    if _CALENDAR.search(text.replace("\r", "\n")):
        return "calendars"
    if _CONTACTS.match(text.lstrip(_MARKS)):
        raise Refused("contacts", f"It is an address book (vCard). {_RIGHT}")
    head = text.lstrip(_MARKS)[:LOOKED_AT]
    first = head.splitlines()[0] if head else ""
    if _PLAN.search(head) or (_cells(first) >= _SEATS and not table_columns.score(_cells(first))):
        raise Refused("seat-plan", _plan_sentence())
    has_columns = any(sign in first for sign in ",;\t|") or head.startswith("[") or "\nsep=" in head
    if "\n" not in head.replace("\r", "\n").strip() or not has_columns:
        message = (
            f"It is a text that begins “{shortened(first, 60)}”, and neither a calendar nor a table. {_RIGHT}"
        )
        if re.match(r"(?:SUMMARY|DTSTART|BEGIN|PRODID|VERSION)\b", first, re.IGNORECASE):
            message = (
                "It looks like a part of a calendar: the line BEGIN:VCALENDAR is missing. Export it again."
            )
            raise Refused("truncated", message)
        if table_columns.score(_cells(first)):
            raise Refused("no-events", "It has the names of columns, but no rows below them.")
        raise Refused("unknown-form", message)
    return "tables"


def _cells(line: str) -> set[str]:
    """What the first line of a table says, cell by cell."""
    return {cell.strip(" \"'").casefold() for cell in re.split(r"[,;\t|]", line)}


def _plan_sentence() -> str:
    return "It is a seat plan and holds no events. Bring it in by `flask --app wsgi plan import`."

"""The lines of an iCalendar file: unfolded, also where they were folded badly, and taken apart."""

import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass

from webapp.importing.readers.cleaning import decoded
from webapp.importing.readers.notes import Notes

KNOWN = re.compile(
    r"ACTION|ATTACH|ATTENDEE|BEGIN|CALSCALE|CATEGORIES|CLASS|COLOR|COMMENT|COMPLETED|CONFERENCE|"
    r"CONTACT|CREATED|DALARM|DAYLIGHT|DESCRIPTION|DTEND|DTSTAMP|DTSTART|DUE|DURATION|END|EXDATE|"
    r"EXRULE|FREEBUSY|GEO|IMAGE|LAST-MODIFIED|LOCATION|METHOD|NAME|ORGANIZER|PERCENT-COMPLETE|"
    r"PRIORITY|PRODID|RDATE|RECURRENCE-ID|REFRESH-INTERVAL|RELATED-TO|REPEAT|REQUEST-STATUS|RESOURCES|"
    r"RRULE|SEQUENCE|SOURCE|STATUS|SUMMARY|TRANSP|TRIGGER|TZ|TZID|TZNAME|TZOFFSETFROM|TZOFFSETTO|"
    r"TZURL|UID|URL|VERSION|STYLED-DESCRIPTION|STRUCTURED-DATA|LOCATION-TYPE"
)
TIMES = frozenset(["DTSTART", "DTEND", "RECURRENCE-ID", "EXDATE", "RDATE"])
LONG_TEXTS = ("DESCRIPTION", "COMMENT", "SUMMARY", "LOCATION", "X-ALT-DESC")
PASSED_OVER = "This line is not NAME:VALUE; it was passed over."
UNFOLDED = "This line continues the one before; it should begin with a space."
FULL_LINE = 70  # octets at which programs fold; a shorter line was broken by a person

PHYSICAL = re.compile(r"([^\r\n]*)(?:\r{0,3}\n|\r|\Z)")
START = re.compile(r"([A-Za-z][A-Za-z0-9-]*)(?:\.([A-Za-z][A-Za-z0-9-]*))?[;:](\s?)")
HEAD = re.compile(r'([A-Za-z0-9-]+)((?:;[^":;]*(?:"[^"]*"[^":;]*)*)*):(.*)', re.DOTALL)
A_TIME = re.compile(r"[:;](?=\d{4}-?\d{2}-?\d{2}(?:[Tt\sZ,/]|$))")
SPLIT_LETTER = re.compile(rb"([\xc2-\xf4][\x80-\xbf]{0,2})((?:\r{0,3}\n|\r)[ \t])([\x80-\xbf]{1,3})")


@dataclass(frozen=True, slots=True)
class Line:
    """One property: where it stands, its name, parameters and value, the value as written."""

    number: int
    name: str
    parameters: dict[str, str]
    value: str

    @property
    def text(self) -> str:
        """The value as text, its escapes undone."""
        value = self.value
        if self.parameters.get("ENCODING", "").upper() == "QUOTED-PRINTABLE":
            value = _declared(quopri.decodestring(value.encode()), self.parameters.get("CHARSET", ""))
        return re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], value, flags=re.DOTALL)


@dataclass(slots=True)
class _Logical:
    number: int
    pieces: list[str]
    last: str  # the physical line that it ends with so far


def text_of(content: bytes) -> str:
    """The file as text; letters whose bytes were folded apart are whole again."""
    if not content.isascii():
        try:
            content.decode("utf-8")
        except UnicodeDecodeError:
            content = SPLIT_LETTER.sub(rb"\1\3\2", content)
    return decoded(content)


def lines(text: str, notes: Notes) -> Iterator[Line]:
    """Each property of the file, in its order."""
    for logical in _unfolded(text, notes):
        if line := _taken_apart(logical.number, "".join(logical.pieces)):
            yield line
        else:
            notes.add(f"line {logical.number}", "unreadable-line", PASSED_OVER)


def _unfolded(text: str, notes: Notes) -> Iterator[_Logical]:
    current: _Logical | None = None
    for number, found in enumerate(PHYSICAL.finditer(text), 1):
        physical = found[1]
        if not physical.strip():
            continue
        if current is None or _begins(physical, current):
            if current:
                yield current
            current = _Logical(number, [physical.strip() if physical[0] in " \t" else physical], physical)
        else:
            current.pieces += _continued(physical, current, number, notes)
            current.last = physical
    if current:
        yield current


def _begins(physical: str, current: _Logical) -> bool:
    """Whether a new property begins here, rather than one before going on."""
    indented = physical[0] in " \t"
    if _is_soft(current):
        return False
    found = START.match(physical.lstrip() if indented else physical)
    whole = current.pieces[0][:6].upper().startswith(("BEGIN:", "END:"))
    if not found:
        # Old programs fold before the colon, so that a name stands alone.
        is_name = KNOWN.fullmatch(physical.strip()) or re.fullmatch(r"X-[A-Z-]+", physical.strip())
        return (whole or bool(is_name)) and not indented
    name = (found[2] or found[1]).upper()
    if indented:
        # Whole files get indented by hand; then a line starts after one that was not full.
        short = len(current.last) < FULL_LINE - 10
        return bool(KNOWN.fullmatch(name)) and (whole or short or name in {"BEGIN", "END"})
    if KNOWN.fullmatch(name) or name.startswith("X-"):
        return True
    in_text = current.pieces[0].upper().startswith(LONG_TEXTS)
    return (found[1].isupper() and not found[3]) or not in_text


def _is_soft(current: _Logical) -> bool:
    """Quoted-printable goes on after = at the end of a line, as in vCalendar 1.0."""
    return current.last.endswith("=") and "QUOTED-PRINTABLE" in current.pieces[0][:120].upper()


def _continued(physical: str, current: _Logical, number: int, notes: Notes) -> list[str]:
    if _is_soft(current):
        current.pieces[-1] = current.pieces[-1].removesuffix("=")
        return [physical.lstrip(" \t") if physical[0] in " \t" else physical]
    if physical[0] in " \t":
        return [physical[1:]]
    is_full = len(current.last.encode()) >= FULL_LINE
    if not is_full and not current.pieces[0].upper().startswith(LONG_TEXTS):
        notes.add(f"line {number}", "unreadable-line", PASSED_OVER)
        return []
    notes.add(f"line {number}", "bad-fold", UNFOLDED)
    return [physical] if is_full else ["\\n", physical]


def _declared(octets: bytes, charset: str) -> str:
    try:
        return octets.decode(charset or "utf-8")
    except (LookupError, UnicodeError):
        return decoded(octets)


def _taken_apart(number: int, text: str) -> Line | None:
    name = (START.match(text) or [""])[0]
    if name and "." in name and not name.upper().startswith("X-"):
        text = text.partition(".")[2]
    found = HEAD.match(text)
    head, value = (
        (found[1] + found[2], found[3]) if found else (text.partition(":")[0], text.partition(":")[2])
    )
    title = re.split("[;:]", text, maxsplit=1)[0].strip().upper()
    if title in TIMES and not re.match(r"\s*\d{4}", value) and (moment := A_TIME.search(text)):
        # A zone with a colon in its name and no quotes, a quote that never ends, a semicolon for the colon.
        head, value = text[: moment.start()], text[moment.end() :]
    if not found and ":" not in text and not value:
        return None
    return Line(number, title, _parameters(head), value)


def _parameters(head: str) -> dict[str, str]:
    parts = re.findall(r'(?:[^;"]|"[^"]*")+', head) if head.count('"') % 2 == 0 else head.split(";")
    if len(parts) == 1 and ":" in head:
        parts = head.split(":", 1)
    named = (part.partition("=") for part in parts[1:])
    return {name.strip().upper(): value.strip().strip('"') for name, is_one, value in named if is_one}

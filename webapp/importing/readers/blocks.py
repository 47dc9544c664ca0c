"""JSON where people put it: in scripts of an HTML page, with comments, trailing commas and entities. Pure."""

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_OPENING = re.compile(r"<!--|<script\b([^<>]{0,2000})>", re.IGNORECASE)
_CLOSING = re.compile(r"</script\s*>", re.IGNORECASE)
_LINKED = re.compile(r"""\btype\s*=\s*["']?\s*application/ld\+json""", re.IGNORECASE)
_WRAPPING = re.compile(
    r"^\s*(?://\s*)?(?:/\*\s*)?(?:<!\[CDATA\[|<!--)(?:\s*\*/)?|(?://\s*)?(?:/\*\s*)?(?:\]\]>|-->)(?:\s*\*/)?\s*$"
)
# A string, or what does not belong into JSON.
_COMMENT = re.compile(r'"(?:[^"\\]|\\.)*"|//[^\n]*|/\*.{0,300}?\*/', re.DOTALL)
_STRAY_COMMA = re.compile(r'"(?:[^"\\]|\\.)*"|,(?=\s*[}\]])', re.DOTALL)
_INTRODUCTION = re.compile(r"^\s*<!--.{0,2000}?-->(?=\s*[{\[])", re.DOTALL)


# Beyond this many characters JSON has to be JSON.
LONGEST_MENDED = 2_000_000


@dataclass(frozen=True)
class Block:
    """One script of a page: its number and first line, for a person to find it."""

    number: int
    line: int
    text: str


class Unreadable(Exception):
    """Text that is no JSON, and where that shows."""

    def __init__(self, what: str, line: int, column: int) -> None:
        super().__init__(what)
        self.what, self.line, self.column = what, line, column


def scripts(page: str) -> Iterator[Block]:
    """The scripts of linked data in a page, without those in comments."""
    at, number, line, counted, last_end = 0, 0, 1, 0, page.rfind("-->")
    while match := _OPENING.search(page, at):
        if match[0] == "<!--":
            end = page.find("-->", match.end()) if match.end() <= last_end else -1
            at = end + 3 if end >= 0 else match.end()
            continue
        closing = _CLOSING.search(page, match.end())
        at = closing.end() if closing else len(page)
        text = page[match.end() : closing.start() if closing else len(page)]
        if _LINKED.search(match[1]) and text.strip():
            number += 1
            line += page.count("\n", counted, match.start())
            counted = match.start()
            yield Block(number, line, text)


def parsed(text: str) -> Any:
    """What a text says as JSON, or as what people take for it."""
    text = text.lstrip("\ufeff")
    try:
        return _loads(text)
    except Unreadable as first:
        if len(text) > LONGEST_MENDED:
            raise
        bare = _INTRODUCTION.sub("", text)
        bare = _WRAPPING.sub("", _WRAPPING.sub("", bare)).strip().rstrip(";")
        for stray in (_COMMENT, _STRAY_COMMA):
            bare = stray.sub(lambda match: match[0] if match[0].startswith('"') else "", bare)
        tries = [bare, html.unescape(bare)] if "&quot;" in bare or "&#34;" in bare else [bare]
        for candidate in tries:
            try:
                return _loads(candidate)
            except Unreadable:
                continue
        raise first


def _nothing(_name: str) -> None:
    """What NaN and Infinity say."""


def _loads(text: str) -> Any:
    try:
        return json.loads(text, strict=False, parse_constant=_nothing)
    except json.JSONDecodeError as problem:
        raise Unreadable(problem.msg, problem.lineno, problem.colno) from None
    except RecursionError:
        raise Unreadable("Nested too deep", 1, 1) from None
    except ValueError:
        raise Unreadable("A number has too many digits", 1, 1) from None

"""A plain text as a letter: paragraphs of lines, in which addresses of pages are links."""

import re
from dataclasses import dataclass

_LINK = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)\]]")


@dataclass(frozen=True)
class Piece:
    text: str
    is_link: bool = False


Line = tuple[Piece, ...]
Paragraph = tuple[Line, ...]


def paragraphs(text: str) -> tuple[Paragraph, ...]:
    """Paragraphs are parted by empty lines, and keep the lines that were typed."""
    blocks = re.split(r"\n[ \t]*\n+", text.replace("\r\n", "\n").strip())
    return tuple(tuple(_line(line) for line in block.split("\n")) for block in blocks if block.strip())


def _line(line: str) -> Line:
    pieces, at = [], 0
    for found in _LINK.finditer(line):
        pieces += [Piece(line[at : found.start()]), Piece(found[0], is_link=True)]
        at = found.end()
    return tuple(piece for piece in (*pieces, Piece(line[at:])) if piece.text)

"""The marks above and below letters, drawn as simply as the letters are."""

from webapp.catalog.posters.pen import Pen

# The combining sign that Unicode takes off a letter, and what we draw for it.
MARKS = {
    "\u0301": "acute",
    "\u0300": "grave",
    "\u0308": "dots",
    "\u0302": "roof",
    "\u030c": "roof",
    "\u0303": "roof",
    "\u0304": "roof",
    "\u030a": "ring",
    "\u0327": "tail",
    "\u0328": "tail",
}


def add_mark(p: Pen, mark: str) -> None:
    """Draw `mark` at the letter that the pen has just drawn."""
    c, top, k = p.w / 2, -p.thin * 1.25, p.fat * 0.75
    low, high = top + p.thin * 0.8, top - p.thin * 0.1
    if mark == "acute":
        p.poly((c - k * 0.2, low), (c + k, low), (c + k * 1.8, high), (c + k * 0.6, high))
    elif mark == "grave":
        p.poly((c + k * 0.2, low), (c - k, low), (c - k * 1.8, high), (c - k * 0.6, high))
    elif mark == "dots":
        p.rect(c - k * 1.5, top, c - k * 0.4, low)
        p.rect(c + k * 0.4, top, c + k * 1.5, low)
    elif mark == "roof":
        p.rect(c - k * 1.4, top, c + k * 1.4, top + p.thin * 0.65)
    elif mark == "ring":
        p.rect(c - k * 0.7, top - p.thin * 0.2, c + k * 0.7, low)
    elif mark == "tail":
        p.rect(c - p.fat * 0.3, p.h, c + p.fat * 0.4, p.h + p.thin * 0.9)

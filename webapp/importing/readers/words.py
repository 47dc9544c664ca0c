"""Words as people write them, brought to a form that can be compared. Pure."""

import re
import unicodedata

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_APART = re.compile(r"[\W_]+")


def plain(text: str) -> str:
    """Lower case without accents and signs, words apart by one space: “Straße_Nr.” is “strasse nr”."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(letter for letter in folded if not unicodedata.combining(letter))
    return _APART.sub(" ", bare).strip()


def spaced(name: str) -> str:
    """The words of a name that programs write: “startDate” and “start_date” are “start date”."""
    return plain(_HUMP.sub(" ", name))


def shortened(text: str, limit: int = 80) -> str:
    """A text for a sentence: on one line, cut where it is long."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"

"""Merge fields: `{name}` and others in the text of a message, filled for each guest."""

import re
from collections.abc import Mapping
from difflib import get_close_matches

from webapp.core.errors import Invalid

# What each field says, as the page explains it.
FIELDS: Mapping[str, str] = {
    "name": "The guest’s name",
    "event": "The title of the event",
    "date": "The day, such as Saturday 5 December 2026",
    "time": "When it begins on the clock there, such as 18:15",
    "place": "The venue with its address",
    "organizer": "Your name as guests know it",
    "order_link": "Opens the guest’s order without an account",
    "ticket_link": "Opens the guest’s tickets",
}
# Who waits has bought nothing yet; their link leads to their place in the line.
OF_WAITING: Mapping[str, str] = {
    **{name: says for name, says in FIELDS.items() if name not in ("order_link", "ticket_link")},
    "waitlist_link": "Opens the guest’s place on the waiting list",
}

_FIELD = re.compile(r"\{([^{}\n]{0,60})\}")


def fields(who: str) -> Mapping[str, str]:
    return OF_WAITING if who == "waiting" else FIELDS


def require_known(who: str, **texts: str) -> None:
    """Refuse every field that this audience does not have, each by its name and in its place."""
    wrong = {name: sentence for name, text in texts.items() if (sentence := _unknown(who, text))}
    if wrong:
        raise Invalid("We kept everything you typed.", fields=wrong, title="A field is not known")


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text for one guest; what nobody knows about them stays empty."""
    return _FIELD.sub(lambda found: values.get(found[1].strip(), ""), text)


def _unknown(who: str, text: str) -> str:
    known = fields(who)
    names = dict.fromkeys(found.strip() for found in _FIELD.findall(text))
    sentences = []
    for name in names:
        if name in known:
            continue
        near = get_close_matches(name.lower().replace(" ", "_"), known, n=1, cutoff=0.5)
        meant = f" Did you mean {{{near[0]}}}?" if near else ""
        why = " has nothing to say to who waits" if name in FIELDS else " is no field"
        sentences.append(f"{{{name}}}{why}.{meant}")
    if not sentences:
        return ""
    return " ".join((*sentences, f"There are {', '.join(f'{{{name}}}' for name in known)}."))

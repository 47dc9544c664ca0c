"""Where an event of a calendar is: a house and its address out of one line of text, and a meeting's link."""

import re

from webapp.importing.readers import cleaning, places
from webapp.importing.readers.ical.tree import Component
from webapp.importing.rules.found import Place

# What programs write the link of a meeting into.
MEETINGS = (
    "CONFERENCE",
    "X-GOOGLE-CONFERENCE",
    "X-MICROSOFT-SKYPETEAMSMEETINGURL",
    "X-MICROSOFT-ONLINEMEETINGEXTERNALLINK",
    "X-MICROSOFT-ONLINEMEETINGCONFLINK",
)
LINK = re.compile(r"https?://[^\s<>\"'\\;,)\]]{3,1500}", re.IGNORECASE)
# Hosts whose addresses are meetings; an event's own page is none.
HOSTS = re.compile(
    r"https?://(?:[\w-]+\.)*(?:zoom\.us|zoomgov\.com|teams\.microsoft\.com|teams\.live\.com|meet\.google\.com|webex\.com|"
    r"gotomeeting\.com|gotowebinar\.com|meet\.jit\.si|whereby\.com|bluejeans\.com|meetup\.com/[^/]+/events/\d+/online|"
    r"lync\.com|chime\.aws|bigbluebutton\.org|streamyard\.com|hopin\.com)(?:[/?:]|$)",
    re.IGNORECASE,
)
BRACKETS = re.compile(r"([^()]+?)\s*\(([^()]+)\)")


def venue(component: Component) -> Place | None:
    """The place as far as the entry says."""
    text = component.text("LOCATION")
    link = LINK.search(text)
    online = _meeting(component) or (link[0].rstrip(".") if link else None)
    if link:
        text = LINK.sub("", text)
    name, place = _parts(text)
    if not (name or place or online):
        return None
    return Place(name=name or None, place=place or None, online_url=online)


def _meeting(component: Component) -> str | None:
    for name in MEETINGS:
        for line in component.all(name):
            if link := LINK.match(line.value.strip()):
                return link[0]
    for text in (component.text("URL"), component.text("LOCATION"), component.text("DESCRIPTION")):
        for link in LINK.finditer(text):
            if HOSTS.match(link[0]):
                return link[0].rstrip(".")
    return None


def _parts(text: str) -> tuple[str, str]:
    """The name of the house, and its address where the text goes on with one."""
    lines = [cleaned for line in text.splitlines() if (cleaned := cleaning.title(line).strip(" ,;-–|"))]
    if not lines:
        return "", ""
    if len(lines) > 1:
        return lines[0], ", ".join(lines[1:])
    if (inside := BRACKETS.fullmatch(lines[0])) and "," in inside[2] and _is_address(inside[2]):
        return inside[1], inside[2]
    name, comma, rest = lines[0].partition(",")
    rest = rest.strip()
    if comma and name.strip() and _is_address(rest):
        return name.strip(), rest
    return lines[0], ""


def _is_address(text: str) -> bool:
    spot = places.spot_of(text)
    return bool(
        spot.city
        or spot.region
        or (spot.country and "," in text)
        or re.search(r"\b\d{4,6}\b", text)
        or places.country_code(text)
        or re.search(r"\b[A-Z]{2}$", text)
    )

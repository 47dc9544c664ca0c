"""What the demo says about an event: sentences of ours around its facts, and nothing beyond them."""

import hashlib

from webapp.demo.season import SeasonEvent, SeasonVenue

SUMMARIES = {
    "music": (
        "One evening of music at {venue}.",
        "Live at {venue}, {city}.",
        "Music at {venue}, from {time}.",
    ),
    "sport": ("In {city}, from {time}.", "{venue}, {city}: be early for the best of it.", "Live in {city}."),
    "conference": (
        "Software people meet in {city}.",
        "Talks and corridors in {city}.",
        "Days of talks in {city}.",
    ),
    "festival": ("Out and about at {venue}.", "{city} comes together at {venue}.", "A day at {venue}."),
    "theatre": ("On stage at {venue}.", "An evening at {venue}, {city}.", "On the stage of {venue}."),
    "talk": (
        "Listen, ask, go home knowing more.",
        "At {venue}, with time for questions.",
        "A talk at {venue}.",
    ),
    "family": (
        "For small people and who comes with them.",
        "At {venue}, for the whole family.",
        "Bring the children.",
    ),
    "food": ("Eat and drink at {venue}.", "Good things at {venue}, {city}.", "Come hungry to {venue}."),
}

FIRST = (
    "<p>{title} is at {venue} in {city}. It begins at {time}; come a little earlier.</p>",
    "<p>{time} at {venue}, {city}. The doors open half an hour before.</p>",
    "<p>{title} comes to {city}. {venue} opens half an hour before {time}.</p>",
)

SECOND = (
    "<p>There are {places} places. What is left stands beside each ticket, counted as you look.</p>",
    "<p>{places} places in all; when they are gone they are gone, unless somebody gives one back.</p>",
    "<p>We sell {places} places, not one more.</p>",
)

THIRD = (
    "<p>Show the code of your ticket at the door, on paper or on a screen. It can be passed on.</p>",
    "<p>Names on tickets can be changed until the door. Nobody needs an account.</p>",
    "<p>If something keeps you away, write to us; the address stands in your order.</p>",
)


def summary(event: SeasonEvent, venue: SeasonVenue) -> str:
    return _pick(SUMMARIES[event.category], event.slug + "s").format(**_facts(event, venue))


def description(event: SeasonEvent, venue: SeasonVenue) -> str:
    """Three short paragraphs."""
    facts = _facts(event, venue)
    return "".join(
        _pick(choices, event.slug + choices[0]).format(**facts) for choices in (FIRST, SECOND, THIRD)
    )


def _facts(event: SeasonEvent, venue: SeasonVenue) -> dict[str, str]:
    place = venue.name if not venue.name.startswith("Venue announced") else "a place announced later"
    return {
        "title": event.title.replace("&", "&amp;").replace("<", "&lt;"),
        "venue": place.replace("&", "&amp;") if "<" not in place else "the venue",
        "city": venue.city,
        "time": f"{event.dates[0].starts:%H:%M}",
        "places": f"{event.capacity:,}",
    }


def _pick(choices: tuple[str, ...], seed: str) -> str:
    return choices[int.from_bytes(hashlib.sha256(seed.encode()).digest()[:4]) % len(choices)]

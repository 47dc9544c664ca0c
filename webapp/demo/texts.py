"""What the demo says about an event: sentences of ours around its facts, and nothing beyond them."""

import hashlib
from html import escape

from webapp.demo.season import SeasonEvent, SeasonVenue

SUMMARIES = {
    "music": ("Music at {venue}.", "Live at {venue}, {city}.", "Music at {venue}, from {time}."),
    "sport": ("In {city}, from {time}.", "{venue}, {city}: come early.", "Live in {city}, from {time}."),
    "conference": (
        "Software people meet in {city}.",
        "Talks and corridors in {city}.",
        "Talks in {city}, from {time}.",
    ),
    "festival": ("Out and about at {venue}.", "{city} comes together at {venue}.", "At {venue}, {city}."),
    "theatre": ("At {venue}, {city}.", "To be seen at {venue}, {city}.", "At {venue}, from {time}."),
    "talk": (
        "Listen, ask, go home knowing more.",
        "At {venue}, from {time}.",
        "{venue}, {city}: come with a question.",
    ),
    "family": (
        "For small people and who comes with them.",
        "At {venue}, from {time}.",
        "Bring the children.",
    ),
    "food": ("Eat and drink at {venue}.", "Good things at {venue}, {city}.", "Come hungry to {venue}."),
}

NO_PLACE_YET = (
    "<p>{title} is in {city}; the place is announced later. It begins at {time}.</p>",
    "<p>{title} comes to {city}, from {time}. Where in town is announced later.</p>",
)

SEVERAL_DAYS = ("<p>{title} is at {venue} in {city}. The doors open half an hour before each date.</p>",)

ONE_PLACE = (
    "<p>{title} is at {venue} in {city}. It begins at {time}; the doors open half an hour before.</p>",
    "<p>{time} at {venue}, {city}. The doors open half an hour before.</p>",
    "<p>{title} comes to {city}. {venue} opens its doors half an hour before {time}.</p>",
)

ON_THE_ROAD = (
    "<p>{title} goes to {cities} towns, from {city} to {last}. Doors open half an hour before each date.</p>",
)

PLACES = (
    "<p>There are {places} places{each}. What is left stands beside each ticket, counted as you look.</p>",
    "<p>{places} places{each}; when they are gone they are gone, unless somebody gives one back.</p>",
    "<p>There are {places} places{each}, and not one more.</p>",
)

TICKETS = (
    "<p>Show the code of your ticket at the door, on paper or on a screen. It can be passed on.</p>",
    "<p>Names on tickets can be changed until the door. Nobody needs an account.</p>",
    "<p>If something keeps you away, write to us; the address stands in your order.</p>",
)


def summary(event: SeasonEvent, venues: tuple[SeasonVenue, ...]) -> str:
    """One sentence, as plain text; `venues` are those of the event's dates, in their order."""
    choices: tuple[str, ...] = SUMMARIES[event.category]
    if _is_tour(venues):
        choices = ("On the road: {cities} towns, from {city} to {last}.",)
    if not _same_time(event):
        choices = tuple(choice for choice in choices if "{time}" not in choice)
    return _pick(choices, event.slug + "s").format(**_facts(event, venues))


def description(event: SeasonEvent, venues: tuple[SeasonVenue, ...]) -> str:
    """Three short paragraphs, as HTML."""
    facts = {name: escape(said) for name, said in _facts(event, venues).items()}
    return "".join(
        _pick(choices, event.slug + choices[0]).format(**facts)
        for choices in (_opening(event, venues), PLACES, TICKETS)
    )


def _opening(event: SeasonEvent, venues: tuple[SeasonVenue, ...]) -> tuple[str, ...]:
    if _is_tour(venues):
        return ON_THE_ROAD
    if venues[0].is_unknown:
        return NO_PLACE_YET
    return ONE_PLACE if _same_time(event) else SEVERAL_DAYS


def _same_time(event: SeasonEvent) -> bool:
    return len({one.starts.time() for one in event.dates}) == 1


def _is_tour(venues: tuple[SeasonVenue, ...]) -> bool:
    return len({venue.city for venue in venues}) > 1


def _facts(event: SeasonEvent, venues: tuple[SeasonVenue, ...]) -> dict[str, str]:
    first = venues[0]
    return {
        "title": event.title,
        "venue": first.name,
        "city": first.city,
        "last": venues[-1].city,
        "cities": str(len({venue.city for venue in venues})),
        "time": f"{event.dates[0].starts:%H:%M}",
        "places": f"{event.capacity:,}",
        "each": " on each date" if len(event.dates) > 1 else "",
    }


def _pick(choices: tuple[str, ...], seed: str) -> str:
    return choices[int.from_bytes(hashlib.sha256(seed.encode()).digest()[:4]) % len(choices)]

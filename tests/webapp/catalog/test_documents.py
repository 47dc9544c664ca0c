"""What machines read of an event: search engines, messengers, and browsers that want its poster."""

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from tests.factories.programme import NOW, an_event
from webapp.core.db import Database


def json_ld(page: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/ld\+json"[^>]*>(.*?)</script>', page, re.DOTALL)
    assert found
    told: dict[str, Any] = json.loads(found[1])
    return told


def test_search_engines_read_the_event(database: Database, look: Callable[[str], Any]) -> None:
    event = an_event(database, title="</script><b>Lamps</b>", starts=[NOW + timedelta(days=30)])
    told = json_ld(look(f"/events/{event.slug}").text)
    assert told["@type"] == "MusicEvent"
    assert told["name"] == "</script><b>Lamps</b>"
    assert datetime.fromisoformat(told["startDate"]) == NOW + timedelta(days=30)
    assert told["location"]["address"]["addressCountry"] == "PT"
    assert told["location"]["geo"] == {"@type": "GeoCoordinates", "latitude": 38.72, "longitude": -9.14}
    assert told["image"][0].startswith("http://localhost/posters/")
    assert told["offers"][0] == {
        "@type": "Offer",
        "name": "Standing",
        "price": "24.00",
        "priceCurrency": "EUR",
        "availability": "https://schema.org/InStock",
        "url": f"http://localhost/events/{event.slug}?date={event.dates[0]}",
        "validFrom": told["offers"][0]["validFrom"],
    }


@pytest.mark.parametrize(
    ("facts", "status", "availability"),
    [
        ({"taken": 100}, "EventScheduled", "SoldOut"),
        ({"sale_starts_at": NOW + timedelta(days=1)}, "EventScheduled", "PreOrder"),
        ({"date_status": "cancelled"}, "EventCancelled", "Discontinued"),
    ],
)
def test_search_engines_read_whether_it_can_be_bought(
    database: Database, look: Callable[[str], Any], facts: dict[str, Any], status: str, availability: str
) -> None:
    told = json_ld(look(f"/events/{an_event(database, **facts).slug}").text)
    assert told["eventStatus"] == f"https://schema.org/{status}"
    assert told["offers"][0]["availability"] == f"https://schema.org/{availability}"


def test_messengers_get_a_picture_and_one_address(database: Database, look: Callable[[str], Any]) -> None:
    event = an_event(database)
    page = look(f"/events/{event.slug}?date={event.dates[0]}").text
    assert f'<link rel="canonical" href="http://localhost/events/{event.slug}">' in page
    assert f'property="og:image" content="http://localhost/posters/{event.slug}.png"' in page
    picture = look(f"/posters/{event.slug}.png")
    assert picture.data.startswith(b"\x89PNG")


def test_a_poster_is_drawn_once_and_kept(database: Database, look: Callable[..., Any]) -> None:
    event = an_event(database)
    first = look(f"/posters/{event.slug}.svg")
    assert first.mimetype == "image/svg+xml"
    with database.reading() as db:
        name = db.scalar(text("SELECT poster FROM events WHERE id = :id"), {"id": event.id})
    assert look(f"/media/{name}").data == first.data
    assert f'src="/media/{name}"' in look(f"/events/{event.slug}").text


def test_a_poster_is_sent_compressed(database: Database, look: Callable[..., Any]) -> None:
    sent = look(f"/posters/{an_event(database).slug}.svg", **{"Accept-Encoding": "gzip"})
    assert sent.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in sent.headers["Vary"]
    assert len(sent.data) < 3000

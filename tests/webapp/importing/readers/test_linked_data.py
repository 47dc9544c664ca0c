"""Events in linked data: what is understood, what is left out, and what is said about it."""

import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.factories.sources import asked, codes, only, utc
from webapp.importing.readers import linked_data
from webapp.importing.rules.found import Asked, Found, Place, Price, Reading, Refused

BERLIN = {"@type": "Place", "name": "Lido", "address": {"addressLocality": "Berlin", "addressCountry": "DE"}}


def event(**more: Any) -> dict[str, Any]:
    return {"@context": "https://schema.org", "@type": "Event", "name": "A", "startDate": "2026-05-01"} | more


def read(document: Any, how: Asked | None = None) -> Reading:
    return linked_data.read(json.dumps(document).encode(), how or asked())


def one(how: Asked | None = None, **more: Any) -> Found:
    return only(read(event(**more), how))


@pytest.mark.parametrize(
    "kind",
    [
        *(
            "Event",
            "MusicEvent",
            "TheaterEvent",
            "Festival",
            "ScreeningEvent",
            "EventSeries",
            "CourseInstance",
        ),
        *(
            "http://schema.org/MusicEvent",
            "https://schema.org/Event",
            "schema:DanceEvent",
            ["Thing", "FoodEvent"],
        ),
    ],
)
def test_every_kind_of_event_is_found(kind: Any) -> None:
    assert one(**{"@type": kind}).title == "A"


@pytest.mark.parametrize(
    "document",
    [
        {"@graph": [{"@type": "WebSite", "name": "x"}, event()]},
        [[event()]],
        {"items": [[event()]]},
        {"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "item": event()}]},
        {"@type": "Place", "name": "Hall", "event": [event()]},
        {"@context": {"s": "http://schema.org/"}, "@type": "s:Event", "s:name": "A",
         "s:startDate": "2026-05-01"},
        [{"@type": ["http://schema.org/Event"], "http://schema.org/name": [{"@value": "A"}],
          "http://schema.org/startDate": [{"@value": "2026-05-01"}]}],
    ],
)  # fmt: skip
def test_events_are_found_wherever_they_stand(document: Any) -> None:
    assert only(read(document)).title == "A"


def test_an_event_told_in_parts_under_one_name_is_one() -> None:
    parts = [event(**{"@id": "x"}), {"@type": "Event", "@id": "x", "performer": {"name": "Ada"}}]
    assert only(read(parts)).people == ("Ada",)


def test_references_are_followed() -> None:
    graph = {"@graph": [event(location={"@id": "#hall"}), {"@type": "Place", "@id": "#hall", "name": "Hall"}]}
    assert only(read(graph)).venue == Place(name="Hall")


def test_what_is_booked_or_reviewed_or_pointed_to_is_no_event() -> None:
    booked = {"@type": "EventReservation", "reservationFor": event()}
    with pytest.raises(Refused) as refusal:
        read([booked, {"@type": "Review", "itemReviewed": event()}])
    assert refusal.value.code == "no-events"
    assert "only pointed to. It holds: EventReservation, Review." in refusal.value.message
    assert only(read(event(superEvent=event(name="Festival")))).title == "A"


def test_an_event_without_name_or_date_is_left_out_and_the_rest_goes_in() -> None:
    reading = read([event(), event(name=""), event(name="B", startDate=None), event(startDate="next week")])
    assert [found.title for found in reading.events] == ["A"]
    assert codes(reading) == ["no-title", "no-start", "bad-date"]
    assert [remark.where for remark in reading.remarks] == ["$[1]", "$[2]", "$[3].startDate"]


class TestTimes:
    def test_a_day_lasts_until_its_last_day(self) -> None:
        found = one(endDate="2026-05-03")
        assert (found.starts, found.ends, found.zone) == (date(2026, 5, 1), date(2026, 5, 3), None)

    def test_an_offset_that_agrees_with_the_place_gets_its_zone(self) -> None:
        found = one(startDate="2026-05-01T19:30:00+0200", location=BERLIN)
        assert (utc(found.starts), found.zone) == ("2026-05-01T17:30Z", "Europe/Berlin")

    def test_an_offset_without_a_place_stays_as_written(self) -> None:
        found = one(startDate="2026-05-01T19:30:00-04:00")
        assert (utc(found.starts), found.zone) == ("2026-05-01T23:30Z", "-04:00")

    def test_an_offset_that_contradicts_the_place_is_kept_and_said(self) -> None:
        reading = read(event(startDate="2026-05-01T19:30:00+00:00", location=BERLIN))
        assert (utc(only(reading).starts), only(reading).zone) == ("2026-05-01T19:30Z", "UTC")
        assert codes(reading) == ["offset-differs"]

    def test_a_z_is_shown_on_the_clocks_of_its_place(self) -> None:
        found = one(startDate="2026-05-01T17:30:00.000Z", location=BERLIN)
        assert isinstance(found.starts, datetime)
        assert (found.starts.strftime("%H:%M"), found.zone) == ("19:30", "Europe/Berlin")

    def test_a_clock_reading_gets_no_zone_by_its_place(self) -> None:
        reading = read(event(startDate="2026-05-01T19:30", location=BERLIN))
        assert (only(reading).starts, only(reading).zone) == (datetime(2026, 5, 1, 19, 30), None)
        assert codes(reading) == ["no-zone"]
        assert "Europe/Berlin" in reading.remarks[0].message

    def test_a_clock_reading_gets_the_zone_that_is_asked(self) -> None:
        reading = read(event(startDate="2026-05-01T19:30", location=BERLIN), asked("Europe/Berlin"))
        assert (utc(only(reading).starts), reading.remarks) == ("2026-05-01T17:30Z", ())
        other = read(event(startDate="2026-05-01T19:30", location=BERLIN), asked("Asia/Tokyo"))
        assert codes(other) == ["zone-differs"]

    @pytest.mark.parametrize(
        "text", ["2026-5-1 19:30", "May 1, 2026 7:30pm", "1. Mai 2026, 19.30 Uhr", "2026-5-1T19-19-30-00"]
    )
    def test_an_odd_time_that_can_mean_only_one_is_taken_and_said(self, text: str) -> None:
        reading = read(event(startDate=text), asked("Europe/Berlin"))
        assert utc(only(reading).starts) == "2026-05-01T17:30Z"
        assert codes(reading) == ["odd-date"]

    @pytest.mark.parametrize("text", ["05/06/2026", "2026", "2026-02-30", "tomorrow", "2026-05-01T29:00"])
    def test_a_time_that_says_nothing_certain_is_refused(self, text: str) -> None:
        with pytest.raises(Refused) as refusal:
            read(event(startDate=text))
        assert [remark.code for remark in refusal.value.remarks] == ["bad-date"]

    def test_a_duration_makes_the_end(self) -> None:
        assert utc(one(startDate="2026-05-01T19:30Z", duration="PT2H30M").ends) == "2026-05-01T22:00Z"

    def test_ends_that_cannot_be_are_left_open_and_said(self) -> None:
        reading = read(event(startDate="2026-05-01T19:30Z", endDate="2026-05-01T18:00Z"))
        assert (only(reading).ends, codes(reading)) == (None, ["end-before-start"])
        reading = read(event(startDate="2026-05-01T19:30Z", endDate="2026-05-03"))
        assert (only(reading).ends, codes(reading)) == (None, ["end-without-time"])
        reading = read(event(startDate="2026-05-01T19:30+02:00", endDate="2026-05-01T22:00"))
        assert (utc(only(reading).ends), codes(reading)) == ("2026-05-01T20:00Z", ["end-without-zone"])

    def test_an_hour_that_clocks_leap_over_is_said(self) -> None:
        assert codes(read(event(startDate="2026-03-29T02:30"), asked("Europe/Berlin"))) == ["clock-gap"]


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("https://schema.org/EventCancelled", "cancelled"),
        ("EventPostponed", "tentative"),
        (["EventRescheduled", "http://schema.org/EventMovedOnline"], "confirmed"),
        ("schema:EventScheduled", "confirmed"),
        (None, "confirmed"),
    ],
)
def test_the_status_says_whether_it_takes_place(said: Any, status: str) -> None:
    found = one(eventStatus=said)
    assert (found.status, found.occurrences[0].status) == (status, status)


def test_a_title_that_says_cancelled_is_pointed_out() -> None:
    assert codes(read(event(name="CANCELLED &#8211; Gala"))) == ["says-cancelled"]


class TestPlaces:
    @pytest.mark.parametrize(
        ("location", "place"),
        [
            ("Town hall", Place(name="Town hall")),
            ("https://stream.example/x", Place(online_url="https://stream.example/x")),
            ({"@type": "VirtualLocation", "url": "https://s.example"}, Place(online_url="https://s.example")),
            ({"@type": "Place", "name": "A", "address": "London, UK"}, Place(name="A", place="London, UK")),
            ({"@type": "PostalAddress", "addressLocality": "Bonn"}, Place(place="Bonn")),
            (
                {"@type": "Place", "name": "2", "containedInPlace": {"name": "Fair", "address": "Köln"}},
                Place(name="Fair", room="2", place="Köln"),
            ),
            (
                {"@type": "Place", "name": "Fair", "containedInPlace": {"@type": "City", "name": "Köln"}},
                Place(name="Fair", place="Köln"),
            ),
            (
                [{"@type": "Place", "name": "Lido"}, {"@type": "VirtualLocation", "url": "https://s.example"}],
                Place(name="Lido", online_url="https://s.example"),
            ),
            ({"@type": "Place", "url": False, "address": {"@type": "PostalAddress"}}, None),
            (None, None),
        ],
    )  # fmt: skip
    def test_a_place_is_a_house_a_room_an_address_or_a_link(self, location: Any, place: Place | None) -> None:
        assert one(location=location).venue == place

    def test_an_address_is_one_line(self) -> None:
        address = {
            "streetAddress": "79 Washington St.", "addressLocality": "Providence", "addressRegion": "RI",
            "postalCode": "02903", "addressCountry": {"@type": "Country", "name": "US"},
        }  # fmt: skip
        venue = one(location={"@type": "Place", "name": "Lupo's", "address": address}).venue
        assert venue == Place(name="Lupo's", place="79 Washington St., Providence, RI 02903, US")


class TestOffers:
    @pytest.mark.parametrize(
        ("offer", "price"),
        [
            ({"price": "13.00", "priceCurrency": "USD"}, Price(Decimal(13), currency="USD")),
            ({"price": 0, "priceCurrency": "eur"}, Price(Decimal(0), currency="EUR")),
            ({"price": "12,50 €"}, Price(Decimal("12.5"), currency="EUR")),
            ({"price": "$20 - $35"}, Price(low=Decimal(20), high=Decimal(35))),
            ({"price": "free"}, Price(Decimal(0))),
            ({"url": "https://x.example"}, Price()),
            ({"lowPrice": "10", "highPrice": 30}, Price(low=Decimal(10), high=Decimal(30))),
            ({"lowPrice": "0.0", "highPrice": 0}, Price(Decimal(0), Decimal(0), Decimal(0))),
            ({"priceSpecification": {"price": 9, "priceCurrency": "EUR"}}, Price(Decimal(9), currency="EUR")),
            ({"price": "9", "availability": "schema:SoldOut"}, Price(Decimal(9), availability="sold_out")),
            ({"availability": "LimitedAvailability"}, Price(availability="limited")),
            ({"availability": "https://schema.org/InStock"}, Price(availability="available")),
            ({"availability": "Discontinued"}, Price(availability="unavailable")),
        ],
    )  # fmt: skip
    def test_an_offer_says_a_price(self, offer: dict[str, Any], price: Price) -> None:
        assert one(offers={"@type": "Offer"} | offer).offers == (price,)

    def test_several_offers_are_several(self) -> None:
        assert [offer.price for offer in one(offers=[{"price": 1}, {"price": 2}]).offers] == [1, 2]

    def test_free_for_all_is_an_offer_of_nothing(self) -> None:
        assert one(isAccessibleForFree=True).offers == (Price(Decimal(0)),)
        assert one(isAccessibleForFree="True", offers={"url": "/x"}).offers == (Price(Decimal(0)),)
        assert one(isAccessibleForFree=False).offers == ()
        reading = read(event(isAccessibleForFree=True, offers={"price": 9}))
        assert (only(reading).offers, codes(reading)) == ((Price(Decimal(9)),), ["free-but-priced"])

    def test_what_is_no_price_is_said_with_its_path(self) -> None:
        reading = read(event(offers=[{"price": "pay what you can"}, {"price": 1, "priceCurrency": "many"}]))
        assert only(reading).offers == (Price(), Price(Decimal(1)))
        assert [(remark.code, remark.where) for remark in reading.remarks] == [
            ("bad-price", "$.offers[0].price"), ("bad-currency", "$.offers[1].priceCurrency"),
        ]  # fmt: skip


def test_people_are_performers_and_never_organizers() -> None:
    found = one(
        performer=[{"@type": "Person", "name": "Ada"}, "Bob", "Organization", {"name": ""}],
        actor={"name": "Cyd"}, performers=[{"name": "Ada"}], organizer={"name": "Boss"},
    )  # fmt: skip
    assert found.people == ("Ada", "Bob", "Cyd")


def test_an_event_is_known_by_its_id_or_its_own_page() -> None:
    assert one(**{"@id": "https://x.example/1"}, url="https://x.example").uid == "https://x.example/1"
    assert one(url="https://x.example/1").uid == "https://x.example/1"
    shared = read([event(url="https://x.example"), event(name="B", url="https://x.example")])
    assert [found.uid for found in shared.events] == ["", ""]


def test_an_address_with_a_name_is_a_house() -> None:
    address = {"@type": "PostalAddress", "name": "The Lido", "addressLocality": "Berlin"}
    assert one(location=address).venue == Place(name="The Lido", place="Berlin")
    assert one(location={"@type": "PostalAddress", "name": "Berlin"}).venue == Place(place="Berlin")


def test_an_event_of_no_date_that_can_be_read_is_said_to_be_left_out() -> None:
    found = read([event(startDate="tomorrow"), event(name="B", endDate="soon")])
    assert [(one.where, one.is_loss) for one in found.remarks] == [
        ("$[0].startDate", True), ("$[1].endDate", False),
    ]  # fmt: skip

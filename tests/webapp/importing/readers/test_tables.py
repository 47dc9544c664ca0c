"""Events in tables of text: separators, columns in six languages, times, prices, mappings."""

import csv
import io
import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.factories.sources import asked, codes, only, real, utc
from webapp.importing.readers import tables
from webapp.importing.rules.found import Found, Place, Price, Reading, Refused


def read(text: str | bytes, zone: str | None = "Europe/Berlin", **mapping: str) -> Reading:
    return tables.read(text if isinstance(text, bytes) else text.encode(), asked(zone, mapping=mapping))


def refused(text: str | bytes, **mapping: str) -> Refused:
    with pytest.raises(Refused) as refusal:
        read(text, **mapping)
    return refusal.value


def row(**cells: str) -> Found:
    return only(read("\t".join(cells) + "\n" + "\t".join(cells.values())))


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_separators_are_found(separator: str) -> None:
    text = separator.join(["title", "date", "venue"]) + "\n" + separator.join(["A", "2026-05-01", "Hall"])
    assert (only(read(text)).starts, only(read(text)).venue) == (date(2026, 5, 1), Place(name="Hall"))


def test_a_separator_line_quotes_and_line_ends_in_cells_are_understood() -> None:
    found = only(
        read('sep=;\r\ntitle;date;description\r\n"A ""big"" one";2026-05-01;"one\r\ntwo; three"\r\n')
    )
    assert found.title == 'A "big" one'
    assert "two; three" in found.description
    assert found.where == "line 3"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings_are_found(encoding: str) -> None:
    text = "Titel;Datum;Ort\r\nFührung für Größen;1.5.2026;Bürgerhaus\r\n" * 3
    assert read(text.encode(encoding)).events[0].title == "Führung für Größen"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_in_three_ways(end: str) -> None:
    assert [found.where for found in read(f"title,date{end}A,2026-05-01{end}B,2026-05-02{end}").events] == [
        "line 2",
        "line 3",
    ]


def test_the_names_of_columns_need_not_be_in_the_first_line() -> None:
    found = only(read("Our season;;\n;;\nTitel;Datum;Ort\nA;1.5.2026;Lido\n;;\n"))
    assert (found.title, found.where) == ("A", "line 4")


@pytest.mark.parametrize(
    "text",
    [
        "Event,Date,Start Time,End Time,Venue,City,Price (EUR)\nA,2026-05-01,7:30 PM,10pm,Lido,Berlin,12.5",
        "Titel;Datum;Beginn;Ende;Haus;Stadt;Preis in €\nA;Fr, 1. Mai 2026;19.30 Uhr;22 h;Lido;Berlin;12,50",
        "Titre;Date;Heure;Fin;Salle;Ville;Tarif en €\nA;vendredi 1er mai 2026;19h30;22h;Lido;Berlin;12,50",
        "Título;Fecha;Hora;Fin;Recinto;Ciudad;Precio (€)\nA;1 de mayo de 2026;19:30;22:00;Lido;Berlin;12,50",
        "Naam;Datum;Aanvang;Eindtijd;Locatie;Plaats;Prijs\nA;1 mei 2026;19.30 uur;22:00;Lido;Berlin;€ 12,50",
        "Titolo;Data;Ora;Ora fine;Sede;Città;Prezzo\nA;1 maggio 2026;19:30;22:00;Lido;Berlin;12,50 €",
    ],
)  # fmt: skip
def test_columns_are_understood_in_six_languages(text: str) -> None:
    found = only(read(text))
    assert (found.title, found.zone) == ("A", "Europe/Berlin")
    assert (utc(found.starts), utc(found.ends)) == ("2026-05-01T17:30Z", "2026-05-01T20:00Z")
    assert found.venue == Place(name="Lido", place="Berlin")
    assert found.offers == (Price(Decimal("12.5"), currency="EUR"),)


class TestTimes:
    @pytest.mark.parametrize(
        ("cells", "starts", "ends"),
        [
            ({"date": "2026-05-01"}, "2026-05-01", "2026-05-01"),
            ({"date": "2026-05-01", "end date": "2026-05-03"}, "2026-05-01", "2026-05-03"),
            ({"date": "1.–3. Mai 2026"}, "2026-05-01", "2026-05-03"),
            ({"date": "May 1-3, 2026"}, "2026-05-01", "2026-05-03"),
            ({"date": "2026-05-01", "time": "19:30 – 22:00"}, "2026-05-01 19:30", "2026-05-01 22:00"),
            (
                {"date": "2026-05-01", "time": "22:00", "end time": "02:00"},
                "2026-05-01 22:00",
                "2026-05-02 02:00",
            ),
            (
                {"date": "2026-05-01", "time": "19:30", "duration": "90"},
                "2026-05-01 19:30",
                "2026-05-01 21:00",
            ),
            (
                {"start": "2026-05-01T19:30", "end": "2026-05-02T01:00"},
                "2026-05-01 19:30",
                "2026-05-02 01:00",
            ),
            ({"date": "46143"}, "2026-05-01", "2026-05-01"),
            ({"start": "46143,8125"}, "2026-05-01 19:30", None),
            ({"start": "2026-05-01 00:00:00"}, "2026-05-01", "2026-05-01"),
            ({"date": "2026-05-01", "time": "12:00 am"}, "2026-05-01 00:00", None),
            ({"date": "13/05/2026"}, "2026-05-13", "2026-05-13"),
            ({"date": "05/13/2026"}, "2026-05-13", "2026-05-13"),
        ],
    )
    def test_times_stand_in_one_column_or_in_several(
        self, cells: dict[str, str], starts: str, ends: str | None
    ) -> None:
        found = row(title="A", **cells)
        told = [None if one is None else str(one)[:16] for one in (found.starts, found.ends)]
        assert told == [starts, ends]

    def test_a_row_may_name_its_zone(self) -> None:
        assert (
            utc(row(title="A", start="2026-05-01 19:30", timezone="America/New_York").starts)
            == "2026-05-01T23:30Z"
        )
        assert utc(row(title="A", date="2026-05-01", time="13:00 UTC-6").starts) == "2026-05-01T19:00Z"
        reading = read("title,start,zone\nA,2026-05-01 19:30,Mars")
        assert codes(reading) == ["unknown-zone"]

    def test_all_day_events_of_calendars_end_the_day_before(self) -> None:
        text = (
            "Subject,Start Date,Start Time,End Date,End Time,All day event\n"
            "A,5/4/2026,12:00:00 AM,5/6/2026,12:00:00 AM,True\n"
            "B,5/13/2026,9:00:00 AM,5/13/2026,10:00:00 AM,False\n"
        )
        first, second = read(text).events
        assert (first.starts, first.ends) == (date(2026, 5, 4), date(2026, 5, 5))
        assert utc(second.starts) == "2026-05-13T07:00Z"

    @pytest.mark.parametrize(
        ("text", "day", "said"),
        [
            ("title,date\nA,05/06/2026\nB,13/06/2026", date(2026, 6, 5), []),
            ("title,date\nA,05/06/2026\nB,06/13/2026", date(2026, 5, 6), []),
            ("title,date,end date\nA,10/12/2026,11/11/2026", date(2026, 10, 12), []),
            ("Titel;Datum\nA;05/06/2026", date(2026, 6, 5), []),
            ("title,date\nA,05/06/2026", date(2026, 5, 6), ["ambiguous-dates"]),
            ("title,date,price\nA,05/06/2026,£5", date(2026, 6, 5), ["ambiguous-dates"]),
            ("title,date\nA,01/05/2026\nB,02/04/2026\nC,03/03/2026", date(2026, 1, 5), ["ambiguous-dates"]),
        ],
    )
    def test_day_or_month_first_is_decided_by_the_table(self, text: str, day: date, said: list[str]) -> None:
        reading = read(text)
        assert (reading.events[0].starts, codes(reading)) == (day, said)

    def test_day_or_month_first_may_be_told(self) -> None:
        assert only(read("title,date\nA,05/06/2026", date_order="day")).starts == date(2026, 6, 5)
        assert refused("title,date\nA,05/06/2026", date_order="maybe").code == "bad-mapping"

    def test_days_in_both_orders_are_taken_where_they_are_certain(self) -> None:
        reading = read("title,date\nA,13/05/2026\nB,05/14/2026\nC,05/06/2026")
        assert [found.title for found in reading.events] == ["A", "B"]
        assert codes(reading) == ["mixed-dates", "ambiguous-date"]


def test_bad_rows_are_left_out_and_the_rest_goes_in() -> None:
    reading = read("title,date\nA,2026-05-01\n,2026-05-02\nC,\nD,one day\nE,2026-05-05,too,many\n")
    assert [found.title for found in reading.events] == ["A", "E"]
    told = [(remark.where, remark.code) for remark in reading.remarks]
    assert told == [
        ("line 3", "no-title"),
        ("line 4", "no-start"),
        ("line 5", "bad-date"),
        ("line 6", "crooked-row"),
    ]


@pytest.mark.parametrize(
    ("text", "status", "said"),
    [
        ("abgesagt", "cancelled", []), ("Cancelled", "cancelled", []), ("annulé", "cancelled", []),
        ("vorläufig", "tentative", []), ("Bestätigt", "confirmed", []), ("", "confirmed", []),
        ("verschoben", "tentative", ["postponed"]), ("whatever", "confirmed", ["bad-status"]),
    ],
)  # fmt: skip
def test_a_status_is_understood(text: str, status: str, said: list[str]) -> None:
    reading = read(f"title,date,status\nA,2026-05-01,{text}")
    assert (only(reading).status, codes(reading)) == (status, said)


def test_what_is_left_may_stand_in_the_status() -> None:
    assert row(title="A", date="2026-05-01", status="ausverkauft").offers == (Price(availability="sold_out"),)


@pytest.mark.parametrize(
    ("cells", "offers"),
    [
        ({"price": "12.50", "currency": "eur"}, [Price(Decimal("12.5"), currency="EUR")]),
        (
            {"VVK": "12 €", "AK": "15 €"},
            [Price(Decimal(12), currency="EUR"), Price(Decimal(15), currency="EUR")],
        ),
        ({"price": "10 - 20 CHF"}, [Price(low=Decimal(10), high=Decimal(20), currency="CHF")]),
        ({"price from": "10", "price to": "20"}, [Price(low=Decimal(10), high=Decimal(20))]),
        ({"Eintritt": "frei"}, [Price(Decimal(0))]),
        ({"price": "1.234,50 €"}, [Price(Decimal("1234.5"), currency="EUR")]),
        ({"price": ""}, []),
    ],
)
def test_prices_stand_in_one_column_or_in_several(cells: dict[str, str], offers: list[Price]) -> None:
    assert list(row(title="A", date="2026-05-01", **cells).offers) == offers


@pytest.mark.parametrize(
    ("cells", "venue"),
    [
        ({"location": "Town hall"}, Place(name="Town hall")),
        ({"location": "Tampa, FL, United States"}, Place(place="Tampa, FL, United States")),
        ({"Ort": "Köln"}, Place(place="Köln")),
        ({"location": "https://s.example/x"}, Place(online_url="https://s.example/x")),
        ({"online": "true", "url": "https://s.example/x"}, Place(online_url="https://s.example/x")),
        ({"venue": "Lido", "room": "Stage", "street": "Weg 1", "zip": "10997", "city": "Berlin"},
         Place("Lido", "Stage", "Weg 1, 10997 Berlin")),
    ],
)  # fmt: skip
def test_places_are_put_together(cells: dict[str, str], venue: Place) -> None:
    assert row(title="A", date="2026-05-01", **cells).venue == venue


@pytest.mark.parametrize(
    ("text", "people"),
    [("Ada; Bob", ("Ada", "Bob")), ("Ada Li, Bob Ost", ("Ada Li", "Bob Ost")), ("Ost, Bob", ("Ost, Bob",))],
)
def test_people_in_one_cell_are_parted(text: str, people: tuple[str, ...]) -> None:
    assert row(title="A", date="2026-05-01", speakers=text).people == people


class TestMappings:
    TEXT = "conference;year;when;where\nPyCon;2026;2026-05-01;Bonn\n"

    def test_a_field_is_a_column_a_template_or_a_text(self) -> None:
        found = only(
            read(self.TEXT, title="{conference} {year}", start="when", venue="=Hall", zone="Europe/Paris")
        )
        assert (found.title, found.starts) == ("PyCon 2026", date(2026, 5, 1))
        assert found.venue == Place(name="Hall", place="Bonn")

    def test_what_a_template_misses_leaves_no_gaps(self) -> None:
        found = only(read("a,b,when\nX,,2026-05-01", title="{a} – {b} ()", start="when"))
        assert found.title == "X"

    def test_a_column_that_is_missing_is_named(self) -> None:
        refusal = refused(self.TEXT, title="{conference} {jahr}", start="when")
        assert refusal.code == "missing-column"
        assert "“jahr”" in refusal.message
        assert "“conference”, “year”" in refusal.message

    def test_a_field_that_does_not_exist_is_named(self) -> None:
        refusal = refused(self.TEXT, title="conference", colour="year")
        assert (refusal.code, "“colour”" in refusal.message) == ("bad-mapping", True)

    @pytest.mark.parametrize("name", ["starts_at", "start", "Beginn", "startDate", "starts_local"])
    def test_fields_are_called_as_in_the_report_or_as_columns_are(self, name: str) -> None:
        assert only(read(self.TEXT, **{"title": "conference", name: "when"})).starts == date(2026, 5, 1)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        ("\n\n", "empty"),
        ("a,b\n1,2\n", "no-columns"),
        ("Konzert;1.5.2026;Lido\nLesung;2.5.2026;Lido\n", "no-columns"),
        ("title,date\n", "no-events"),
        ("title,date\nA,never\n", "no-events"),
        ("[]", "no-table"),
        ("{", "bad-json"),
        ('[{"name": "A"}]', "no-columns"),
        (b"\xd0\xcf\x11\xe0rest", "old-workbook"),
        (b"PK\x03\x04rest", "bad-workbook"),
    ],
)
def test_what_is_no_table_of_events_is_refused(text: str | bytes, code: str) -> None:
    assert refused(text).code == code


def test_the_columns_that_were_seen_are_named() -> None:
    assert "“geonameid”" in refused("geonameid,population\n1,2\n").message


def test_objects_in_json_are_rows_and_their_parts_columns() -> None:
    told: dict[str, Any] = {
        "page": 1,
        "races": [
            {"name": "A", "when": {"date": "2026-05-01"}, "speakers": [{"name": "Ada"}, {"name": "Bob"}]}
        ],
    }
    found = only(read(json.dumps(told), start="when.date"))
    assert (found.title, found.starts, found.people, found.where) == (
        "A",
        date(2026, 5, 1),
        ("Ada", "Bob"),
        "races[0]",
    )


def test_tables_in_toml_are_rows() -> None:
    found = only(read("[[events]]\nname = 'A'\nstart = 2026-05-01T19:30:00\nend = 2026-05-01T22:00:00\n"))
    assert (utc(found.starts), utc(found.ends)) == ("2026-05-01T17:30Z", "2026-05-01T20:00Z")


class TestRealTables:
    @pytest.mark.parametrize(("name", "number"), [("conferences.csv", 1550), ("conferences.json", 2050)])
    def test_conferences_are_days_in_their_cities(self, name: str, number: int) -> None:
        reading = tables.read(real("conferences-tech", name), asked())
        assert len(reading.events) == number
        assert reading.remarks == ()
        content = real("conferences-tech", name).decode()
        told = json.loads(content) if name.endswith("json") else list(csv.DictReader(io.StringIO(content)))
        days = [(" ".join(one["name"].split()), one["startDate"], one["endDate"]) for one in told]
        assert [(found.title, str(found.starts), str(found.ends)) for found in reading.events] == days
        assert not any(isinstance(found.starts, datetime) for found in reading.events)

    def test_ruby_events_have_their_status(self) -> None:
        content = real("events-rubyevents", "events.json")
        told = json.loads(content)
        reading = tables.read(content, asked())
        assert len(reading.events) == len(told) == 717
        cancelled = {one["title"] for one in told if one.get("status") in {"cancelled", "canceled"}}
        assert {found.title for found in reading.events if found.status == "cancelled"} == cancelled
        assert {found.uid for found in reading.events} == {one["id"] for one in told}

    def test_races_are_mapped_and_get_the_zones_of_their_tracks(self) -> None:
        content = real("events-f1-2026", "f1-2026.json")
        with pytest.raises(Refused) as refusal:
            tables.read(content, asked())
        assert "sessions.gp" in refusal.value.message
        mapping = {"title": "{name} Grand Prix", "start": "sessions.gp", "city": "location"}
        reading = tables.read(content, asked(mapping=mapping))
        told = json.loads(content)["races"]
        assert len(reading.events) == len(told) == 23
        assert [utc(found.starts) for found in reading.events] == [
            one["sessions"]["gp"][:16] + "Z" for one in told
        ]
        assert {found.zone for found in reading.events} >= {
            "Australia/Melbourne",
            "Asia/Shanghai",
            "America/Chicago",
        }

    def test_matches_are_mapped_and_keep_their_offsets(self) -> None:
        content = real("events-worldcup-2026", "worldcup-2026.json")
        reading = tables.read(content, asked(mapping={"title": "{team1} – {team2}"}))
        told = json.loads(content)["matches"]
        assert len(reading.events) == len(told) == 104
        first = [
            datetime.strptime(f"{one['date']} {one['time'].replace('UTC-', '-0')}00", "%Y-%m-%d %H:%M %z")
            for one in told
        ]
        assert [found.starts for found in reading.events] == first

"""Events in tables of text: separators, columns in six languages, times, prices, mappings."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.factories.sources import asked, codes, only, utc
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


def test_columns_are_understood_where_umlauts_are_written_out() -> None:
    found = row(Titel="A", Datum="05.03.2027", Preis="15,50", Waehrung="EUR")
    assert found.offers == (Price(price=Decimal("15.5"), currency="EUR"),)

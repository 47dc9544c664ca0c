"""Everything that staff do stands in the history, with what was before and what is now."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qsl
from uuid import UUID

import click
import pytest
from flask import Flask
from sqlalchemy import text

from tests.security.prepared import CSV, PREPARED, done
from tests.security.scene import Scene
from tests.security.test_every_url import address
from tests.security.told import commands, rows

ROWS = rows()
DRIVEN = [row for row in ROWS if row[3] != "away"]
COMMANDS = commands()
TYPED = [row for row in COMMANDS if row[2].partition(" ")[0] not in {"away", "none"}]
ICS = b"\r\n".join(
    (
        *(
            b"BEGIN:VCALENDAR",
            b"VERSION:2.0",
            b"PRODID:-//lamps//EN",
            b"BEGIN:VEVENT",
            b"UID:lamp@example.org",
        ),
        *(b"SUMMARY:Lamp Fair", b"DTSTART:20280301T190000Z", b"DTEND:20280301T210000Z"),
        *(b"END:VEVENT", b"END:VCALENDAR", b""),
    )
)

SEEN = text("SELECT id FROM audit_entries")
NEW = text("SELECT action, before, after FROM audit_entries WHERE NOT id = ANY(:seen) ORDER BY id")


def test_every_thing_that_staff_do_stands_in_the_table(app: Flask) -> None:
    there = {
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/staff") and (rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}
    }

    assert sorted(there ^ {rule for rule, *_ in ROWS}) == []


def test_there_is_no_other_way_in(app: Flask) -> None:
    """An API that changes data, too, is to be added to the table."""
    assert [rule.rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/api")] == []


def test_every_command_stands_in_the_table(app: Flask) -> None:
    def names(group: click.Group, before: str = "") -> Iterator[str]:
        for name in group.list_commands(click.Context(group)):
            command = group.get_command(click.Context(group), name)
            if isinstance(command, click.Group):
                yield from names(command, f"{name} ")
            else:
                yield before + name

    listed = [typed for typed, _, _ in COMMANDS]
    assert [
        name for name in names(app.cli) if not any(f"{one} ".startswith(f"{name} ") for one in listed)
    ] == []


@pytest.mark.parametrize(
    ("rule", "form", "preparation", "told"), DRIVEN, ids=[f"{rule} {told}" for rule, _, _, told in DRIVEN]
)
def test_it_is_told_with_what_was_and_what_is(
    scene: Scene, rule: str, form: str, preparation: str, told: str
) -> None:
    browser = scene.browser("olive" if rule.startswith("/staff/background") else "alice")
    values = {**scene.values, **(PREPARED[preparation](scene) if preparation else {})}
    sent = {name: value for name, value in values.items() if name == "file"}
    sent |= dict(parse_qsl(address(form, values), keep_blank_values=True))
    seen = _seen(scene)

    answer = browser.post(address(rule, values), data=sent)

    assert answer.status_code in (200, 303), answer.text
    _require_told(scene, seen, told)


@pytest.mark.parametrize(("typed", "preparation", "told"), TYPED, ids=[typed for typed, *_ in TYPED])
def test_what_operators_type_is_told_too(
    scene: Scene, tmp_path: Path, typed: str, preparation: str, told: str
) -> None:
    (tmp_path / "loft.csv").write_bytes(CSV)
    (tmp_path / "season.ics").write_bytes(ICS)
    email = done(scene, "SELECT email FROM users WHERE id = :user_id")
    values = {**scene.values, "email": email, "folder": str(tmp_path)}
    values |= PREPARED[preparation](scene) if preparation else {}
    seen = _seen(scene)

    answer = scene.app.test_cli_runner().invoke(args=address(typed, values).split())

    assert answer.exit_code == 0, answer.output
    _require_told(scene, seen, told)


def _seen(scene: Scene) -> list[UUID]:
    with scene.database.reading() as db:
        return list(db.scalars(SEEN))


def _require_told(scene: Scene, seen: list[UUID], told: str) -> None:
    """Exactly the lines that the table says, each with what it says of before and after."""
    with scene.database.reading() as db:
        entries = db.execute(NEW, {"seen": seen}).all()
    kind, _, reason = told.partition(" ")
    expected = [] if kind == "none" else [tuple(one.split(" ", 1)) for one in told.split(" + ")]
    assert kind != "none" or reason
    assert [_shape(*entry) for entry in entries] == [shape for shape, _ in expected], entries
    for (action, *_), (_, begins) in zip(entries, expected, strict=True):
        assert action.startswith(begins)


def _shape(action: str, before: dict[str, object] | None, after: dict[str, object] | None) -> str:
    """Whether a line says what was, what is, or both."""
    if before and after:
        return "both" if before != after else f"{action}: nothing changed"
    return "made" if after else "gone" if before else f"{action}: nothing said"

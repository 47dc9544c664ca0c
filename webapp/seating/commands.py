"""Operators' commands about seat plans: `flask --app wsgi plan …`."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from webapp.core.audit import SYSTEM
from webapp.core.errors import Invalid, Refusal
from webapp.seating.queries import lists
from webapp.seating.rules import draft as drafts
from webapp.seating.rules import files, halls
from webapp.seating.rules.draft import Draft
from webapp.seating.service import plans
from webapp.web import current

plan = AppGroup("plan", help="Seat plans of venues.")

FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))


def _for(command: Any) -> Any:
    """Whose plan it becomes, by the names in addresses, and what it is called."""
    for option in (
        click.option("--name", help="What the plan is called; the file's name without it."),
        click.option("--venue", required=True, help="The venue, by its id or its name."),
        click.option("--organizer", required=True, help="The organizer, by the name in addresses."),
    ):
        command = option(command)
    return command


@plan.command("import")
@FILE
@_for
def import_file(file: Path, organizer: str, venue: str, name: str | None) -> None:
    """Keep the plan that is in a JSON file of zones, rows and seats."""
    with _plainly():
        draft = files.read(_document(file))
    _keep(draft, organizer, venue, name or file.stem)


@plan.command("generate")
@click.option("--seats", type=click.IntRange(min=20, max=drafts.MOST_SEATS), required=True)
@_for
def generate(seats: int, organizer: str, venue: str, name: str | None) -> None:
    """Make a plan up: floors of curved rows before a stage."""
    _keep(halls.generate(seats), organizer, venue, name or f"{seats:,} seats")


@plan.command("check")
@FILE
def check(file: Path) -> None:
    """Say what is in a file and whether it can be kept; nothing is written."""
    with _plainly():
        draft = files.read(_document(file))
        drafts.require_sound(draft)
    click.echo("\n".join(drafts.counted(draft)))


@plan.command("list")
def list_all() -> None:
    """All plans, with their seats and the dates that use them."""
    with current.database().reading() as db:
        for row in lists.plans(db):
            uses = f"{row.seats:,} seats, {row.dates} dates"
            click.echo(f"{row.id}  {row.organizer}  {row.venue}, {row.city}: {row.name}, {uses}")


def _keep(draft: Draft, organizer: str, venue: str, name: str) -> None:
    with _plainly(), current.database().writing() as db:
        organizer_id, venue_id = lists.find_venue(db, organizer, venue)
        plan_id = plans.add(
            db, organizer_id=organizer_id, venue_id=venue_id, name=name, draft=draft, by=SYSTEM
        )
    click.echo("\n".join(drafts.counted(draft)))
    click.echo(f"Kept as {plan_id}.")


def _document(file: Path) -> Any:
    try:
        return json.loads(file.read_bytes())
    except (ValueError, RecursionError) as error:
        raise Invalid(f"{file.name} is not JSON: {error}. Nothing was imported.") from None


@contextmanager
def _plainly() -> Iterator[None]:
    """A refusal is a sentence on the terminal, and exits with 1."""
    try:
        yield
    except Refusal as refusal:
        raise click.ClickException(refusal.sentence) from None

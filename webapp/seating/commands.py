"""Operators' commands about seat plans: `flask --app wsgi plan …`."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import click
from flask.cli import AppGroup

from webapp.core.audit import SYSTEM
from webapp.core.errors import Refusal
from webapp.seating.queries import boards, lists
from webapp.seating.queries import plans as plans_queries
from webapp.seating.rules import design as designs
from webapp.seating.rules import draft as drafts
from webapp.seating.rules import halls, making, sources, written
from webapp.seating.rules.design import Flawed
from webapp.seating.rules.draft import Draft
from webapp.seating.rules.sources import Source
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
    """Keep the plan that is in a plan.toml, a CSV, an SVG or a JSON file of zones."""
    with _plainly(file):
        source = _read(file)
        draft = source.draft or making.sound(source.design)
    _remarked(source)
    design = None if source.draft else designs.kept(source.design)
    _keep(draft, organizer, venue, name or source.design.name, design)


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
    with _plainly(file):
        source = _read(file)
        draft = source.draft or making.sound(source.design)
        drafts.require_sound(draft)
    _remarked(source)
    click.echo("\n".join(drafts.counted(draft)))


@plan.command("export")
@click.argument("plan_id", type=click.UUID)
def export(plan_id: UUID) -> None:
    """Write a kept plan as a plan.toml to standard output."""
    with _plainly(), current.database().reading() as db:
        plans_queries.version(db, plan_id)  # raises when there is none
        design = boards.design_of_plan(db, plan_id)
    click.echo(written.write(design), nl=False)


@plan.command("list")
def list_all() -> None:
    """All plans, with their seats and the dates that use them."""
    with current.database().reading() as db:
        for row in lists.plans(db):
            uses = f"{row.seats:,} seats, {row.dates} dates"
            click.echo(f"{row.id}  {row.organizer}  {row.venue}, {row.city}: {row.name}, {uses}")


def _keep(draft: Draft, organizer: str, venue: str, name: str, design: dict[str, Any] | None = None) -> None:
    with _plainly(), current.database().writing() as db:
        organizer_id, venue_id = lists.find_venue(db, organizer, venue)
        plan_id = plans.add(
            db,
            organizer_id=organizer_id,
            venue_id=venue_id,
            name=name,
            draft=draft,
            by=SYSTEM,
            design=design,
        )
    click.echo("\n".join(drafts.counted(draft)))
    click.echo(f"Kept as {plan_id}.")


def _read(file: Path) -> Source:
    with file.open("rb") as opened:
        content = opened.read(sources.MOST_BYTES + 1)
    return sources.read(content, file.stem[:120], is_checked=True)


def _remarked(source: Source) -> None:
    for remark in source.remarks:
        click.echo(f"  {remark}", err=True)


@contextmanager
def _plainly(file: Path | None = None) -> Iterator[None]:
    """A refusal is a sentence on the terminal, one a line where a file has several, and exits with 1."""
    where = f"{file.name}: " if file else ""
    try:
        yield
    except Flawed as flawed:
        raise click.ClickException("\n".join(f"{where}{flaw.said}" for flaw in flawed.flaws)) from None
    except Refusal as refusal:
        raise click.ClickException(f"{where}{refusal.sentence}") from None

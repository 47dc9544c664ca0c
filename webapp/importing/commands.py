"""`flask --app wsgi import …`: seasons from calendars, pages, programmes and tables."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import click
from flask.cli import AppGroup
from sqlalchemy.exc import SQLAlchemyError

from webapp.accounts.models import Organizer
from webapp.core import clock
from webapp.core.audit import SYSTEM
from webapp.core.errors import Refusal
from webapp.importing import documents
from webapp.importing.queries import catalog as queries
from webapp.importing.rules import wishes
from webapp.importing.rules.found import Asked, Refused
from webapp.importing.rules.outcomes import EXITS, Error, Told, worst
from webapp.importing.rules.settled import Limits
from webapp.importing.service import applying, reading, undoing
from webapp.web import current

PATH = click.Path(path_type=Path)


class Files(AppGroup):
    """A group whose files need no name of a command before them."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        is_named = not args or args[0] in self.commands or args[0] == "--help"
        return super().parse_args(ctx, args if is_named else ["files", *args])


importing = Files(
    "import", help="Events from files: FILE... --organizer SLUG; undo ID; list --organizer SLUG."
)


@importing.command("files")
@click.argument("files", nargs=-1, required=True, type=PATH)
@click.option("--organizer", help="Whose events they become, by the name in addresses.")
@click.option("--zone", help="The time zone of times that have none, by its IANA name.")
@click.option("--map", "mapping", type=PATH, help="A TOML file: field = column, or a template over columns.")
@click.option("--from", "start", metavar="T", help="Leave out what starts before this date or UTC instant.")
@click.option("--until", metavar="T", help="Leave out what starts at this date or UTC instant, or later.")
@click.option("--dry-run", is_flag=True, help="Say what would happen, and change nothing.")
@click.option("--json", "as_json", is_flag=True, help="Write the report as one JSON document.")
def import_files(
    files: tuple[Path, ...],
    *,
    organizer: str | None,
    zone: str | None,
    mapping: Path | None,
    start: str | None,
    until: str | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Bring each file in, whole or not at all; exits with 0, with 3 for warnings, with 4 for a refusal."""
    try:
        chart = reading.opened(mapping).content if mapping else None
        today = clock.now().date()
        asked, limits = wishes.asked(zone=zone, start=start, until=until, mapping=chart, today=today)
        owner = _organizer(organizer)
    except Refused as refusal:
        told = [Told(str(file), error=Error(refusal.code, refusal.message)) for file in files]
    else:
        told = [_told(file, owner, asked, limits, dry_run=dry_run) for file in files]
    _say(told, dry_run=dry_run, as_json=as_json)
    sys.exit(EXITS[worst(told)])


def _organizer(slug: str | None) -> Organizer:
    if not slug:
        raise Refused("no-organizer", "Say whose events they become by --organizer SLUG.")
    try:
        with current.database().reading() as db:
            return queries.organizer(db, slug)
    except Refusal as refusal:
        raise Refused("unknown-organizer", refusal.sentence) from None


def _told(file: Path, owner: Organizer, asked: Asked, limits: Limits, *, dry_run: bool) -> Told:
    """One file in a transaction of its own, which a dry run takes back."""
    try:
        source = reading.opened(file)
        said = applying.File(source.name, reading.read(source, asked, limits), asked)
        with current.database().writing() as db, db.begin_nested() as step:
            told = applying.apply(db, organizer=owner, file=said, by=SYSTEM)
            if dry_run:
                step.rollback()
    except Refused as refusal:
        error = Error(refusal.code, f"{file.name}: {refusal.message}")
        return Told(str(file), warnings=refusal.remarks, error=error)
    except SQLAlchemyError as problem:
        message = f"{file.name}: The database refuses it, so nothing of it went in: {type(problem).__name__}."
        return Told(str(file), error=Error("not-kept", message))
    return replace(told, file=str(file))


def _say(told: list[Told], *, dry_run: bool, as_json: bool) -> None:
    if as_json:
        out = sys.stdout.buffer
        for piece in documents.report(told):
            out.write(piece.encode("utf-8", "replace"))
        out.flush()
    for line in _lines(told, dry_run=dry_run):
        click.echo(line, err=as_json)


def _lines(told: list[Told], *, dry_run: bool) -> Iterator[str]:
    yield from documents.table(told, dry_run=dry_run)
    if dry_run:
        yield "Nothing was written."


@importing.command("undo")
@click.argument("import_id", type=click.UUID)
def undo(import_id: UUID) -> None:
    """Take an import back, while nothing of it was sold."""
    try:
        with current.database().writing() as db:
            file = undoing.undo(db, import_id=import_id, by=SYSTEM, now=clock.now())
    except Refusal as refusal:
        raise click.ClickException(refusal.sentence) from None
    click.echo(f"The import of {file} is undone.")


@importing.command("list")
@click.option("--organizer", required=True, help="Whose imports, by the name in addresses.")
def list_all(organizer: str) -> None:
    """All imports of an organizer, the newest first."""
    try:
        with current.database().reading() as db:
            rows = queries.listed(db, queries.organizer(db, organizer).id)
    except Refusal as refusal:
        raise click.ClickException(refusal.sentence) from None
    for row in rows:
        counts = ", ".join(f"{number} {change}" for change, number in row.counts.items())
        undone = " (undone)" if row.undone_at else ""
        click.echo(f"{row.id}  {row.made_at:%Y-%m-%d %H:%M} UTC  {row.file}: {counts}{undone}")

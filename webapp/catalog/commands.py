"""`flask --app wsgi export`: a season as a file that an import reads again."""

import json

import click
from flask.cli import with_appcontext
from sqlalchemy.orm import Session

from webapp.catalog.queries.season import season
from webapp.core.errors import Refusal
from webapp.web import current


@click.command("export")
@click.option("--organizer", required=True, help="The organizer, by the name in addresses.")
@with_appcontext
def export(organizer: str) -> None:
    """Write every event of an organizer as JSON: titles, dates, places, prices. No orders, no people."""
    try:
        with Session(current.database().engine) as db:
            document = season(db, organizer)
    except Refusal as refusal:
        raise click.ClickException(refusal.sentence) from refusal
    click.echo(json.dumps(document, ensure_ascii=False, indent=1))

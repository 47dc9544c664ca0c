"""Moving the schema, for operators and for the job before a release."""

from pathlib import Path

import click
from flask.cli import with_appcontext

from webapp.migrations import schema
from webapp.web import current


@click.command("migrate")
@click.option(
    "--contract",
    type=click.Choice(["no", "yes"]),
    default="no",
    help="Also take away what only older versions need.",
)
@click.option(
    "--running-from",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file with the versions of all copies that run, one a line.",
)
@with_appcontext
def migrate(contract: str, running_from: Path | None) -> None:
    """Bring the database to this version's schema; two that start together go one after the other."""
    settings = current.settings()
    running = set(running_from.read_text().split()) if running_from else set()
    try:
        done, left = schema.upgrade(
            settings.database_url, others=running - {settings.version}, contracts=contract == "yes"
        )
    except schema.StillNeeded as refused:
        raise click.ClickException(str(refused)) from refused
    for revision in done:
        click.echo(f"done    {revision}")
    for revision in left:
        click.echo(f"later   {revision}: once no older version runs, with --contract=yes")
    if not done:
        click.echo("The schema was right already." if not left else "Nothing that could be done now.")

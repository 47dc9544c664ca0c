"""`flask --app wsgi demo …`: the season for trying out and for measuring."""

from datetime import datetime, timedelta

import click
from flask.cli import AppGroup

from webapp.core import clock
from webapp.demo import halls, multiply, sales, season
from webapp.demo import load as loading
from webapp.web import current

# Where most of the season is: its day decides what is on tonight.
HOME = "America/Toronto"
NOON = timedelta(hours=12)

demo = AppGroup("demo", help="A season made of real facts.")


@demo.command("load")
@click.option(
    "--size", type=click.IntRange(min=1), help="Multiply the season to so many dates, for benchmarks."
)
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), help="Load it as if it were this day.")
def load(size: int | None, today: datetime | None) -> None:
    """Load the season once; loading again changes nothing."""
    database, media = current.database(), current.media()
    now = clock.instant(today + NOON, HOME) if today else clock.now()
    day = clock.local(now, HOME).date()
    with database.reading() as db:
        loaded = loading.is_loaded(db)
    if loaded:
        click.echo("The season is there already; nothing was changed.")
    else:
        count = loading.load(database, media, day)
        halls.furnish(database, now)
        sales.Sales(database, now).happen()
        click.echo(f"The season is loaded: {count} dates.")
    if size:
        click.echo(f"{multiply.multiply(database, day, dates=size)} dates were added.")
    loading.analyze(database)


@demo.command("accounts")
def accounts() -> None:
    """Print who can sign in."""
    click.echo(f"Password of all: {loading.PASSWORD}")
    for account in season.special()["accounts"]:
        what = "operator" if account.get("operator") else account.get("role", "guest")
        where = f" of {', '.join(account['organizers'])}" if account.get("organizers") else ""
        click.echo(f"  {account['email']:24} {what}{where}")

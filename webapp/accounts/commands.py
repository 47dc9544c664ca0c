"""`flask --app wsgi operators …`: who runs the platform."""

import click
from flask.cli import AppGroup

from webapp.accounts.service import operators as service
from webapp.core.errors import Refusal
from webapp.web import current

operators = AppGroup("operators", help="Who runs the platform.")


@operators.command("add")
@click.argument("email")
def add(email: str) -> None:
    """Let the account with this address see the background, the health and every dead letter."""
    click.echo(f"{_set(email, is_operator=True)} is an operator now.")


@operators.command("remove")
@click.argument("email")
def remove(email: str) -> None:
    click.echo(f"{_set(email, is_operator=False)} is no operator any more.")


@operators.command("reset-second-factor")
@click.argument("email")
def reset_second_factor(email: str) -> None:
    """Take codes, passkeys and recovery codes of the account with this address away: its owner lost them."""
    try:
        with current.database().writing() as db:
            name = service.reset_second_factor(db, email)
    except Refusal as refusal:
        raise click.ClickException(refusal.sentence) from refusal
    click.echo(f"{name} signs in by the password now, and was told by mail.")


def _set(email: str, *, is_operator: bool) -> str:
    try:
        with current.database().writing() as db:
            return service.set_operator(db, email, is_operator=is_operator)
    except Refusal as refusal:
        raise click.ClickException(refusal.sentence) from refusal

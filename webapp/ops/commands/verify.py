"""Operators' commands about the whole platform."""

import click
from flask.cli import with_appcontext
from sqlalchemy.orm import Session

from webapp.ops.queries import invariants
from webapp.web import current


@click.command("verify")
@with_appcontext
def verify() -> None:
    """Sweep all invariants; exits 1 when one is broken."""
    with Session(current.database().engine) as db:
        findings = list(invariants.sweep(db))
    for finding in findings:
        mark = "broken" if finding.broken else "ok"
        click.echo(f"{mark:6}  {finding.name}: {finding.looked_at} looked at, {finding.broken} broken")
        for example in finding.examples:
            click.echo(f"        {example}")
    if any(finding.broken for finding in findings):
        raise SystemExit(1)

"""Commands for operators: `flask --app wsgi …`."""

from flask import Flask

from webapp.accounts.commands import operators
from webapp.catalog.commands import export
from webapp.demo.commands import demo
from webapp.importing.commands import importing
from webapp.migrations.commands import migrate
from webapp.ops.commands.cluster import cluster
from webapp.ops.commands.verify import verify
from webapp.seating.commands import plan
from webapp.waitingroom.commands import rehearse, room


def register(app: Flask) -> None:
    """Add every command; each subject's commands call its services."""
    app.cli.add_command(cluster)
    app.cli.add_command(demo)
    app.cli.add_command(export)
    app.cli.add_command(importing)
    app.cli.add_command(migrate)
    app.cli.add_command(operators)
    app.cli.add_command(plan)
    app.cli.add_command(rehearse)
    app.cli.add_command(room)
    app.cli.add_command(verify)

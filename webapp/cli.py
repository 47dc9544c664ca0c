"""Commands for operators: `flask --app wsgi …`."""

from flask import Flask

from webapp.accounts.commands import operators
from webapp.demo.commands import demo
from webapp.ops.commands import verify


def register(app: Flask) -> None:
    """Add every command; each subject's commands call its services."""
    app.cli.add_command(demo)
    app.cli.add_command(operators)
    app.cli.add_command(verify)

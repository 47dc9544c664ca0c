"""Commands for operators: `flask --app wsgi …`."""

from flask import Flask


def register(app: Flask) -> None:
    """Add every command; each subject's commands call its services."""

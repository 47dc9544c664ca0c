"""Commands for operators: `flask --app wsgi …`."""

import click
from flask import Flask
from flask.cli import AppGroup


class Commands(AppGroup):
    """Loaded when somebody types one: a process that answers requests needs none of their libraries."""

    is_loaded = False

    def list_commands(self, ctx: click.Context) -> list[str]:
        self._load()
        return super().list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        self._load()
        return super().get_command(ctx, cmd_name)

    def _load(self) -> None:
        """Every command; each subject's commands call its services."""
        if self.is_loaded:
            return
        self.is_loaded = True
        from webapp.accounts.commands import operators
        from webapp.catalog.commands import export
        from webapp.demo.commands import demo
        from webapp.importing.commands import importing
        from webapp.migrations.commands import migrate
        from webapp.ops.commands.cluster import cluster
        from webapp.ops.commands.verify import verify
        from webapp.seating.commands import plan
        from webapp.waitingroom.commands import rehearse, room

        for command in (
            *(cluster, demo, export, importing, migrate),
            *(operators, plan, rehearse, room, verify),
        ):
            self.add_command(command)


def register(app: Flask) -> None:
    app.cli = Commands(app.name)

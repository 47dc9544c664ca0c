"""Operators' commands about waiting rooms."""

import re
from pathlib import Path
from typing import Any

import click
from flask import render_template
from flask.cli import AppGroup, with_appcontext

from webapp.core import clock
from webapp.core.assets import ROOT, Assets
from webapp.core.errors import Refusal
from webapp.waitingroom.line import Line, LineAway
from webapp.waitingroom.rehearsal import run as rehearsals
from webapp.waitingroom.rehearsal.run import MOST_VISITORS
from webapp.web import current

room = AppGroup("room", help="The waiting room before a sale.")

STATIC_PAGE = "queue.html"
STYLES = ("tokens", "base", "components", "room")


@click.command("rehearse")
@click.argument("event")
@click.option("--visitors", type=click.IntRange(1, MOST_VISITORS), default=1000, show_default=True)
@with_appcontext
def rehearse(event: str, visitors: int) -> None:
    """Sell a hidden copy of EVENT, named as in its address, to a synthetic crowd, and say how it went."""
    database = current.database()
    try:
        with database.writing() as db:
            rehearsal_id = rehearsals.begin(db, event, visitors)
        with click.progressbar(length=100, label="Rehearsing") as bar:
            done = [0]

            def told(percent: int) -> None:
                bar.update(percent - done[0])
                done[0] = percent

            line = Line(current.live().redis)
            found = rehearsals.run(database, line, rehearsal_id, clock.now(), told)
    except Refusal as refusal:
        raise click.ClickException(refusal.sentence) from None
    except LineAway:
        raise click.ClickException("Redis does not answer, and there the line is kept.") from None
    for line_ in _worded(visitors, found.report):
        click.echo(line_)
    if found.report["oversold"] or found.report["failures"]:
        raise SystemExit(1)


@room.command("static")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@with_appcontext
def static(folder: Path) -> None:
    """Write the page into FOLDER that a proxy shows for /queue while the application is down."""
    folder.mkdir(parents=True, exist_ok=True)
    assets = Assets(ROOT)
    styles = "".join(assets[f"css/{name}.css"].body.decode() for name in STYLES)
    # Without the letters of our own, which are files beside it: the reader's stand in.
    styles = re.sub(r"@font-face\s*\{[^}]*\}", "", styles)
    page = folder / STATIC_PAGE
    page.write_text(render_template("waitingroom/static.html", styles=styles), encoding="utf-8")
    click.echo(f"{page} is written.")


def _worded(visitors: int, report: dict[str, Any]) -> list[str]:
    """The report as lines for a terminal."""
    waits = f"{_time(report['median_wait'])} (middle) to {_time(report['longest_wait'])} (longest)"
    sold = f"{report['sold']:,} sold, {report['left']:,} left, {report['oversold']:,} oversold"
    lines = [
        f"{visitors:,} visitors for {report['places']:,} places: {sold}.",
        f"Queue: {report['longest_line']:,} at the longest, {report['most_inside']:,} shopped at once.",
        f"Waits: {waits}. The sale took {_time(report['sale_seconds'])}.",
        f"Rehearsed in {report['real_seconds']} s with {report['holds_per_second']:,} holds a second.",
    ]
    for outcome, number in sorted(report["outcomes"].items(), key=lambda item: -item[1]):
        lines.append(f"  {number:7,}  {outcome}")
    for what, speed in report["speeds"].items():
        lines.append(f"  {speed['times']:7,}  {what}: {speed['p50']} ms in the middle, {speed['p95']} ms p95")
    failures = report["failures"].items()
    return lines + ([f"  failed {number:,} times: {said}" for said, number in failures] or ["No failures."])


def _time(seconds: int | None) -> str:
    if seconds is None:
        return "–"
    return f"{seconds // 60}:{seconds % 60:02d} min"

"""Is this process alive, and may it be sent requests?"""

from flask import Flask, Response, jsonify

from webapp.web import current, files

YEAR = 31_536_000


def register(app: Flask) -> None:
    app.add_url_rule("/livez", view_func=livez)
    app.add_url_rule("/readyz", view_func=readyz)
    app.add_url_rule("/media/<name>", view_func=media)


def livez() -> Response:
    return jsonify(alive=True)


def readyz() -> tuple[Response, int]:
    """Ready with the database; Redis away is told, and survived."""
    database = current.database().is_reachable()
    live = current.live().is_reachable()
    return jsonify(
        database=database, redis=live, version=current.settings().version
    ), 200 if database else 503


def media(name: str) -> Response:
    return files.send(current.media().path(name), max_age=YEAR, immutable=True)


livez.guard = readyz.guard = media.guard = "all"  # type: ignore[attr-defined]  # read by the test of guards

"""Style sheets, scripts, icons and letters: compressed once and kept by browsers for a year."""

from typing import Any, cast

from flask import Flask, Response, abort, request

from webapp.core.assets import ROOT, Asset, Assets
from webapp.core.errors import NotFound

YEAR = 31_536_000


def register(app: Flask) -> None:
    assets = Assets(ROOT)
    in_development = app.extensions["marquee"].settings.environment == "development"

    def static(version: str, name: str) -> Response:
        if name not in assets:
            raise NotFound("There is no such file.")
        if version != assets.version and not in_development:
            abort(404)
        return answer(assets[name])

    def favicon() -> Response:
        return answer(assets["img/icon.svg"])

    for view in (static, favicon):
        cast(Any, view).guard = "all"  # read by the test that every route has a guard
    app.add_url_rule("/static/<version>/<path:name>", view_func=static)
    app.add_url_rule("/static/favicon", view_func=favicon)
    app.jinja_env.globals.update(asset=assets.url, integrity=lambda name: assets[name].integrity)


def answer(asset: Asset) -> Response:
    """A file that never changes under its address, in the smallest form that the browser reads."""
    encoding = request.accept_encodings.best_match(asset.encoded)
    response = Response(asset.encoded[encoding] if encoding else asset.body, mimetype=asset.mimetype)
    if encoding:
        response.headers["Content-Encoding"] = encoding
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    return response

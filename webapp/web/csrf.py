"""Cross-site requests are refused by where the browser says they come from, so pages need no tokens."""

from collections.abc import Callable
from typing import TypeVar
from urllib.parse import urlsplit

from flask import Flask, current_app, request

from webapp.core.errors import Forbidden

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

View = TypeVar("View", bound=Callable[..., object])


def carries_no_cookie(view: View) -> View:
    """Mark a view that is called by programs and looks at no cookie: nothing to forge."""
    view.carries_no_cookie = True  # type: ignore[attr-defined]  # a mark on the function itself
    return view


def register(app: Flask) -> None:
    app.before_request(_require_own_site)


def _require_own_site() -> None:
    if request.method in SAFE:
        return
    view = current_app.view_functions.get(request.endpoint or "")
    if getattr(view, "carries_no_cookie", False) or _comes_from_here():
        return
    raise Forbidden(
        "This form was sent from another site, so nothing was done. Open the page here and send it again.",
        title="Not sent from here",
    )


def _comes_from_here() -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    source = request.headers.get("Origin") or request.headers.get("Referer")
    return source is not None and urlsplit(source).netloc == request.host

"""One sentence after an action, shown once: in this answer, or on the page that follows a redirect."""

from dataclasses import asdict, dataclass
from typing import Literal

from flask import Flask, Response, g, request
from itsdangerous import BadSignature, URLSafeSerializer

from webapp.web import cookies, current

Kind = Literal["ok", "info", "warn", "bad"]
COOKIE = "notice"


@dataclass(frozen=True)
class Notice:
    kind: Kind
    title: str
    text: str = ""


def tell(title: str, text: str = "", *, kind: Kind = "ok") -> None:
    """Say this to the person: on this page, or after the redirect on the next."""
    _told().append(Notice(kind, title, text))


def notices() -> list[Notice]:
    """What is to be said now; asking takes it, so that it is shown once."""
    said = [*_carried(), *_told()]
    g.notices_told = []
    g.notices_taken = True
    return said


def register(app: Flask) -> None:
    app.after_request(_carry)
    app.jinja_env.globals["notices"] = notices


def _told() -> list[Notice]:
    if "notices_told" not in g:
        g.notices_told = []
    return g.notices_told  # type: ignore[no-any-return]  # flask.g is untyped


def _carried() -> list[Notice]:
    if g.get("notices_taken") or not (cookie := cookies.read(COOKIE)):
        return []
    try:
        return [Notice(**notice) for notice in _signer().loads(cookie)]
    except (BadSignature, TypeError):
        return []


def _carry(response: Response) -> Response:
    if told := g.get("notices_told"):
        cookies.write(response, COOKIE, str(_signer().dumps([asdict(notice) for notice in told])))
    elif g.get("notices_taken") and cookies.read(COOKIE):
        cookies.forget(response, COOKIE)
    return response


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current.settings().secret_key, salt="notice")


def is_htmx() -> bool:
    """Asked by htmx for a part, and not to restore the whole page from history."""
    return "HX-Request" in request.headers and "HX-History-Restore-Request" not in request.headers

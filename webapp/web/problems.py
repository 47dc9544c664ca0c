"""Every no of the platform in one place: a page, a notice for htmx, or problem+json (RFC 9457)."""

import secrets
from collections.abc import Iterator

import structlog
from flask import Flask, Response, g, jsonify, make_response, render_template, request
from sqlalchemy.exc import DataError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from webapp.core.errors import Refusal, TooMany, Unavailable
from webapp.core.words import label
from webapp.web.notices import Notice, is_htmx

log = structlog.get_logger()

# What a form says of itself; where only the sentence is shown, nothing is kept.
KEPT = "We kept everything you typed."

TITLES = {
    400: "This request cannot be read",
    403: "Not for this account",
    404: "Not on the programme",
    405: "Not in this way",
    409: "That is not possible",
    410: "This is over",
    413: "That file is too large",
    415: "Not in this format",
    422: "Something needs another look",
    429: "One moment",
    500: "Our fault",
    503: "Not just now",
}

SENTENCES = {
    400: "What was sent is not complete. Go back, look at the form and send it again.",
    404: "The address may be mistyped, or what stood here is gone. Search finds everything that is on.",
    405: "This address does not take what was sent. Go back and use the page's own buttons.",
    413: (
        "Pictures of events may have up to 8 MB, files that guests hand in up to 5 MB, files to import up to"
        " 40 MB. Make it smaller and send it again."
    ),
}


def register(app: Flask) -> None:
    app.before_request(_name_request)
    app.register_error_handler(Refusal, refused)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(OperationalError, _database_away)
    app.register_error_handler(PoolTimeout, _database_away)
    app.register_error_handler(DataError, _unreadable)
    app.register_error_handler(Exception, _our_fault)


def _name_request() -> None:
    given = request.headers.get("X-Request-Id", "")
    name = given if given.replace("-", "").isalnum() and len(given) <= 64 else secrets.token_hex(8)
    request.environ["marquee.request_id"] = name
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=name)


def refused(refusal: Refusal) -> Response:
    told = " ".join(dict.fromkeys(_fields(refusal))) or refusal.sentence
    title = refusal.title or TITLES[refusal.status]
    response = _say(refusal.status, refusal.code, title, told, way=refusal.way)
    if isinstance(refusal, TooMany | Unavailable):
        response.headers["Retry-After"] = str(refusal.retry_after)
    return response


def _fields(refusal: Refusal) -> Iterator[str]:
    """What is wrong with each field; where it is told without its form, it says which is meant."""
    for name, sentence in getattr(refusal, "fields", {}).items():
        is_plain = name.isidentifier() and refusal.sentence == KEPT
        yield f"{label(name)}: {sentence}" if is_plain else sentence


def _came_from() -> tuple[str, str] | None:
    """Back to the page of ours whose form was refused."""
    referrer = request.referrer or ""
    if request.method == "GET" or not referrer.startswith(request.host_url):
        return None
    return "Back to the form", "/" + referrer.removeprefix(request.host_url)


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    if status < 400:
        return make_response(error.get_response())
    response = _say(
        status,
        error.name.lower().replace(" ", "-"),
        TITLES.get(status, error.name),
        SENTENCES.get(status, ""),
    )
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            response.headers[name] = value
    return response


def _database_away(error: Exception) -> Response:
    log.error("database.away", error=str(error))
    response = _say(
        503,
        "unavailable",
        TITLES[503],
        "Our database does not answer just now. Nothing you hold is lost. Try again in a minute.",
    )
    response.headers["Retry-After"] = "10"
    return response


def _unreadable(error: Exception) -> Response:
    """A value that no column can hold, such as a NUL in an address or a number beyond all size."""
    log.warning("request.unreadable", path=request.path, error=str(error))
    return _say(400, "unreadable", TITLES[400], SENTENCES[400])


def _our_fault(error: Exception) -> Response:
    log.error("request.failed", path=request.path, exc_info=error)
    name = request.environ.get("marquee.request_id", "")
    return _say(
        500,
        "our-fault",
        TITLES[500],
        f"What you hold stays held. If you write to us, name the request {name}.",
    )


def _say(
    status: int, code: str, title: str, sentence: str, *, way: tuple[str, str] | None = None
) -> Response:
    if _wants_json():
        body = {"type": f"about:blank#{code}", "title": title, "status": status, "detail": sentence}
        response = jsonify(body)
        response.mimetype = "application/problem+json"
    elif is_htmx():
        notice = Notice("warn" if status == 429 else "bad", title, sentence)
        response = make_response(render_template("ui/_refused.html", notice=notice, way=way))
        # Only the notice: the form stays as it is, with everything that was typed.
        response.headers["HX-Reswap"] = "none"
    else:
        g.pop("csp_nonce", None)
        response = make_response(
            render_template(
                "errors/error.html", status=status, title=title, sentence=sentence, way=way or _came_from()
            )
        )
    response.status_code = status
    return response


def _wants_json() -> bool:
    best = request.accept_mimetypes.best_match(["text/html", "application/json", "application/problem+json"])
    return request.path.startswith(("/api/", "/webhooks/")) or best in (
        "application/json",
        "application/problem+json",
    )

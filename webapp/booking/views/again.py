"""The way back from a refusal to the form that was refused, with what was typed into it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from flask import url_for

from webapp.core.errors import Refusal
from webapp.core.text import slug
from webapp.web.notices import is_htmx


@contextmanager
def leading_back(words: str, path: str | None) -> Iterator[None]:
    """Whatever the body refuses helps on to `path`, unless it knows a better way or the form stays."""
    try:
        yield
    except Refusal as refusal:
        if path and not refusal.way and not is_htmx():
            refusal.way = (words, path)
        raise


def typed(form: Mapping[str, str]) -> str | None:
    """The event's page with the numbers of its form; None when the form does not name its event."""
    event = slug(form.get("event", ""))
    if not event:
        return None
    kept = {name: value[:8] for name, value in form.items() if name.startswith("qty-")}
    chosen = {name: form[name][:60] for name in ("date", "code") if form.get(name)}
    return url_for("catalog.event", slug=event, _anchor="tickets", _external=False, **chosen, **kept)

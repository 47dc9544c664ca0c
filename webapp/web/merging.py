"""Two people edit one thing: what one of them changed goes in, and what both changed is asked about.

A form carries what its fields said when it was opened (`was`). Held against what they say now, that tells for
each field who changed it, and no version of the whole is needed.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, make_response, render_template, request
from werkzeug.datastructures import MultiDict

from webapp.core.errors import Refusal
from webapp.core.words import label
from webapp.web.notices import is_htmx, tell

FIELD = "was"
# A form has no more fields than this; what claims to is not one of ours.
MOST_BYTES = 200_000

Choices = Mapping[str, Iterable[tuple[Any, str]]]


@dataclass(frozen=True)
class Clash:
    """A field that both changed, each value as it is sent and as it is read."""

    name: str
    label: str
    before: str
    theirs: tuple[str, str]
    yours: tuple[str, str]


class Clashing(Refusal):
    """The form was not saved: somebody must say which of the values counts."""

    code = "changed-meanwhile"

    def __init__(self, by: str, clashes: list[Clash], form: MultiDict[str, str]) -> None:
        names = ", ".join(clash.label for clash in clashes)
        super().__init__(
            f"{by} changed the same as you meanwhile: {names}. Choose what counts; nothing is lost.",
            title="Two of you changed this",
        )
        self.by, self.clashes, self.form = by, clashes, form


def register(app: Flask) -> None:
    app.jinja_env.filters["was"] = was
    app.register_error_handler(Clashing, _ask)


def was(values: Mapping[str, Any]) -> str:
    """What a form's hidden field keeps of the values that it shows."""
    return json.dumps({name: _typed(value) for name, value in values.items()})


def merged(
    submitted: MultiDict[str, str],
    now: Mapping[str, Any],
    *,
    by: Callable[[], str],
    choices: Choices | None = None,
    labels: Mapping[str, str] | None = None,
) -> MultiDict[str, str]:
    """What was typed, and what somebody else changed meanwhile; `Clashing` when both changed one field.

    `now` is what the form would show if it were opened again, `by` says who made the last change, `choices`
    are the options of fields that send ids, `labels` how fields are called whose names say nothing. A form
    without `was` is taken as it is.
    """
    before = _before(submitted)
    if before is None:
        return submitted
    form = submitted.copy()
    clashes: list[Clash] = []
    others: list[str] = []
    for name, value in now.items():
        old, theirs, yours = before.get(name), _typed(value), _sent(submitted, name)
        called = (labels or {}).get(name) or label(name)
        if isinstance(value, list) and yours:
            form.setlist(name, yours.split("\n"))
        if old is None or theirs in (old, yours):
            continue
        if yours == old:
            form.setlist(name, theirs.split("\n") if isinstance(value, list) else [theirs])
            others.append(called)
        else:
            shown = [_read(one, (choices or {}).get(name, ())) for one in (old, theirs, yours)]
            clashes.append(Clash(name, called, shown[0], (theirs, shown[1]), (yours, shown[2])))
    form.setlist(FIELD, [was(now)])
    if clashes:
        raise Clashing(by(), clashes, form)
    if others:
        tell("Kept, too", f"What {by()} changed meanwhile: {', '.join(others)}.", kind="info")
    return form


def _read(value: str, options: Iterable[tuple[Any, str]]) -> str:
    """A value as people read it: of what was chosen, its names."""
    names = {str(one): text for one, text in options}
    return "\n".join(names.get(line, line) for line in value.split("\n"))


def _before(submitted: MultiDict[str, str]) -> dict[str, str] | None:
    given = submitted.get(FIELD, "")
    if not given or len(given) > MOST_BYTES:
        return None
    try:
        said = json.loads(given)
    except ValueError:
        return None
    return said if isinstance(said, dict) and all(isinstance(one, str) for one in said.values()) else None


def _typed(value: Any) -> str:
    """A value as a form sends it."""
    if value is None or value is False:
        return ""
    if value is True:
        return "yes"
    if isinstance(value, list | tuple):
        return "\n".join(sorted(str(one) for one in value))
    return _lines(str(value))


def _sent(submitted: MultiDict[str, str], name: str) -> str:
    given = submitted.getlist(name)
    return _lines("\n".join(sorted(given)) if len(given) > 1 else "".join(given))


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _ask(clashing: Clashing) -> Response:
    """The question, as a page of its own: both values side by side, and the rest of the form kept."""
    asked = {clash.name for clash in clashing.clashes}
    kept = [(name, value) for name, value in clashing.form.items(multi=True) if name not in asked]
    page = render_template(
        "ui/clash.html", clashing=clashing, kept=kept, action=request.full_path.rstrip("?")
    )
    response = make_response(page, clashing.status)
    response.vary.add("HX-Request")
    if is_htmx():
        response.headers.update({"HX-Retarget": "#main", "HX-Reselect": "#main", "HX-Reswap": "outerHTML"})
    return response

"""Files that are handed in with a form: kept before the form is read, so that a refusal loses none."""

from flask import request
from werkzeug.datastructures import MultiDict

from webapp.core import papers
from webapp.core.errors import Invalid
from webapp.web import current


def handed_in(basket: str) -> MultiDict[str, str]:
    """The form that was sent, with each file of an answer kept and named in it. Raises Invalid."""
    form = MultiDict(request.form)
    wrong: dict[str, str] = {}
    for name, upload in request.files.items():
        if not name.startswith("answer-") or not upload.filename:
            continue
        content = upload.read(papers.MOST_BYTES + 1)
        try:
            with current.database().writing() as db:
                form[name] = papers.keep(db, basket=basket, name=upload.filename, content=content)
        except ValueError as error:
            wrong[name] = str(error)
    if wrong:
        raise Invalid("We kept everything else.", fields=wrong, title="One file is not taken")
    return form


def typed(form: MultiDict[str, str]) -> dict[str, str]:
    """What a form shows again; several answers to one question stand on lines."""
    return {name: "\n".join(values) for name, values in form.lists()}

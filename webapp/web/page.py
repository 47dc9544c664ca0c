"""A page, a block of it, or an answer to a form: one template for people with and without htmx."""

from io import BytesIO
from typing import Any

from flask import Response, current_app, make_response, redirect, render_template, request, send_file

from webapp.web.notices import is_htmx


def render_block(template: str, block: str, **values: Any) -> str:
    """One named block of a page, rendered without the rest of it."""
    current_app.update_template_context(values)
    page = current_app.jinja_env.get_template(template)
    return "".join(page.blocks[block](page.new_context(values)))


def show(
    template: str, block: str | None = None, *, status: int = 200, revalidate: bool = False, **values: Any
) -> Response:
    """The whole page for a browser, only `block` for htmx.

    `revalidate` is for blocks that a page asks for again and again: one that has not changed is answered 304.
    """
    html = (
        render_block(template, block, **values)
        if block and is_htmx()
        else render_template(template, **values)
    )
    response = make_response(html, status)
    response.vary.add("HX-Request")
    if revalidate and block and is_htmx():
        response.headers["Cache-Control"] = "private, no-cache"
        response.add_etag()
        response.make_conditional(request)
    return response


def answer(fragment: str, *, otherwise: str, **values: Any) -> Response:
    """After a change: the fragment for htmx, a redirect to `otherwise` for a browser without it."""
    if not is_htmx():
        return go(otherwise)
    response = make_response(render_template(fragment, **values))
    response.vary.add("HX-Request")
    return response


def go(url: str) -> Response:
    """See there: a redirect after a form, for htmx a full page change."""
    if is_htmx():
        return Response(status=204, headers={"HX-Redirect": url})
    return make_response(redirect(url, 303))


def download(name: str, content: bytes) -> Response:
    """Somebody's own file: never shown in place, so that nothing in it runs here, and kept nowhere."""
    response = send_file(
        BytesIO(content), mimetype="application/octet-stream", as_attachment=True, download_name=name
    )
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response

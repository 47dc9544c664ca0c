"""Cookies that only we can read: HttpOnly, SameSite, and bound to this host where there is https."""

from flask import Response, request

from webapp.web import current


def _name(name: str) -> str:
    return f"__Host-{name}" if current.settings().https else name


def read(name: str) -> str | None:
    return request.cookies.get(_name(name)) or None


def write(response: Response, name: str, value: str, *, max_age: int | None = None) -> None:
    """Set a cookie; `max_age` is in seconds, None is until the browser closes."""
    response.set_cookie(
        _name(name),
        value,
        max_age=max_age,
        path="/",
        httponly=True,
        samesite="Lax",
        secure=current.settings().https,
    )


def forget(response: Response, name: str) -> None:
    response.delete_cookie(
        _name(name), path="/", httponly=True, samesite="Lax", secure=current.settings().https
    )

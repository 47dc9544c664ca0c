"""What every answer says to the browser about what it may do."""

import secrets
from urllib.parse import urlsplit

from flask import Flask, Response, g, request

from webapp.config import Settings


def csp_nonce() -> str:
    """The nonce of this answer's scripts; a kept page sets its own before it is rendered."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def allow_camera() -> None:
    """Let this page alone ask for the camera (the door)."""
    g.camera = True


def register(app: Flask, settings: Settings) -> None:
    live = f" {settings.live_url}" if settings.live_url else ""
    gateway = urlsplit(settings.gateway_url)
    # The checkout form is answered by a redirect to the payment page, which browsers count as its target.
    policy = (
        "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic'; style-src 'self'; "
        "img-src 'self' data: blob:; "
        f"font-src 'self'; connect-src 'self'{live}; form-action 'self' {gateway.scheme}://{gateway.netloc}; "
        "base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'; worker-src 'self'"
    )

    @app.after_request
    def add_headers(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        # Browsers read these of documents only; a first visit fetches seven files that need not carry them.
        if response.mimetype == "text/html":
            headers.setdefault("Referrer-Policy", "strict-origin-when-cross-origin")
            headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
            camera = "(self)" if g.get("camera") else "()"
            headers["Permissions-Policy"] = (
                f"camera={camera}, microphone=(), geolocation=(), payment=(), usb=()"
            )
            # A page that shows what others wrote may bring a stricter policy of its own.
            headers.setdefault("Content-Security-Policy", policy.format(nonce=csp_nonce()))
            headers["X-Frame-Options"] = "DENY"
            if "Cache-Control" not in headers:
                headers["Cache-Control"] = "private, no-store"
        if settings.https:
            headers["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"
        request_id = request.environ.get("marquee.request_id")
        if request_id and request.endpoint != "static":
            headers["X-Request-Id"] = request_id
        return response

    app.jinja_env.globals["csp_nonce"] = csp_nonce

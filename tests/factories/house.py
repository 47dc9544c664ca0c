"""The whole house, open: web, sandbox gateway, worker, clock, mailbox, and the demo season."""

import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from flask import Flask, abort
from playwright.sync_api import APIRequestContext, Playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from local import ports
from local.server import Server, kept
from tests.factories.sandbox import Sandbox, running_sandbox
from webapp.app import make_app
from webapp.config import Settings
from webapp.core.db import Database
from webapp.core.errors import Forbidden, TooMany, Unavailable
from webapp.demo.load import PASSWORD
from webapp.web.stream import Streams

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@dataclass(frozen=True)
class House:
    """Where it is open, what it stands on, and how to come in."""

    url: str
    app: Flask
    settings: Settings
    sandbox: Sandbox

    @property
    def database(self) -> Database:
        found: Database = self.app.extensions["marquee"].database
        return found

    def visitor(self, playwright: Playwright, email: str = "", password: str = PASSWORD) -> APIRequestContext:
        """Somebody with cookies and no browser; signed in when an address is given."""
        headers = {"Sec-Fetch-Site": "same-origin", "User-Agent": FIREFOX}
        visitor = playwright.request.new_context(base_url=self.url, extra_http_headers=headers)
        if email:
            form = {"email": email, "password": password}
            said = visitor.post("/account/sign-in", form=form, max_redirects=0)
            assert said.status == 303, said.text()
        return visitor


class Quiet(WSGIRequestHandler):
    """Names itself as briefly as production's server does, since pages are weighed with their headers."""

    def version_string(self) -> str:
        return "gunicorn"


@contextmanager
def open_house(settings: Settings, sandbox_database: str, folder: Path) -> Iterator[House]:
    """Opens it for as long as it is wanted; every process is ended by its id."""
    web, mail = ports.any_free(), ports.any_free()
    url = f"http://127.0.0.1:{web}"
    with ExitStack() as ending:
        sandbox = ending.enter_context(running_sandbox(sandbox_database, f"{url}/webhooks/sandbox"))
        mine = replace(
            settings,
            base_url=url,
            smtp_url=f"smtp://127.0.0.1:{mail}",
            mailbox_dir=folder / "mail",
            gateway_url=sandbox.url,
            gateway_key=sandbox.key,
            gateway_webhook_secret=sandbox.secret,
            fetch_private=True,
        )
        app = make_app(mine)
        _let_things_go_wrong(app)
        # Pages that were left are noticed late; a crawl opens many in a minute.
        app.extensions["streams"].close()
        app.extensions["streams"] = Streams(app.extensions["marquee"].live, most=500)
        loaded = app.test_cli_runner().invoke(args=["demo", "load"])
        assert loaded.exit_code == 0, loaded.output
        ending.callback(_close, app)
        _serve(ending, app, web)
        env = _environment(mine) | {"MAILBOX_PORT": str(mail)}
        for name, command in {
            "mailbox": ["local.mailbox"],
            "worker": ["workers", "worker"],
            "clock": ["workers", "clock"],
        }.items():
            given = ["env", *(f"{key}={value}" for key, value in env.items()), sys.executable, "-m", *command]
            server = Server(name, kept(given), "", folder / f"{name}.log")
            server.start()
            ending.callback(server.stop)
        yield House(url, app, mine, sandbox)


def _serve(ending: ExitStack, app: Flask, port: int) -> None:
    server = make_server("127.0.0.1", port, app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    ending.callback(server.server_close)
    ending.callback(thread.join)
    ending.callback(server.shutdown)


def _close(app: Flask) -> None:
    app.extensions["marquee"].database.close()
    app.extensions["streams"].close()
    app.extensions["marquee"].live.redis.close()


def _environment(settings: Settings) -> dict[str, str]:
    """The same settings for the processes beside the web."""
    return {
        "MARQUEE_ENV": settings.environment,
        "SECRET_KEY": settings.secret_key,
        "BASE_URL": settings.base_url,
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
        "SMTP_URL": settings.smtp_url,
        "MEDIA_DIR": str(settings.media_dir),
        "MAILBOX_DIR": str(settings.mailbox_dir),
        "GATEWAY_URL": settings.gateway_url,
        "GATEWAY_KEY": settings.gateway_key,
        "GATEWAY_WEBHOOK_SECRET": settings.gateway_webhook_secret,
        "FETCH_PRIVATE": "on" if settings.fetch_private else "off",
    }


def _let_things_go_wrong(app: Flask) -> None:
    """Addresses that only tests have, to see what the house says when it cannot."""

    def wrong(status: int) -> str:
        if status == 500:
            raise RuntimeError("Broken on purpose")
        refusals = {
            403: Forbidden("This belongs to another account."),
            429: TooMany("Try again in 20 seconds.", retry_after=20),
            503: Unavailable("Our payment gateway does not answer just now."),
        }
        if status in refusals:
            raise refusals[status]
        abort(status)

    app.add_url_rule("/wrong/<int:status>", view_func=wrong)

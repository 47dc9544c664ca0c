"""The factory: the only list of blueprints, handlers and filters."""

from functools import partial
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import Rule

from webapp import cli
from webapp.accounts import guards
from webapp.accounts.staff import factors as factors_staff
from webapp.accounts.staff import history as history_staff
from webapp.accounts.staff import organizers as accounts_staff
from webapp.accounts.staff import team as team_staff
from webapp.accounts.views import account as accounts
from webapp.accounts.views import factors, invitations, proving
from webapp.booking.staff import orders as booking_staff
from webapp.booking.staff import seats as seats_staff
from webapp.booking.views import answers, basket, checkout, live, orders, seat_holds, seats
from webapp.catalog import views as catalog
from webapp.catalog.staff import dates as dates_staff
from webapp.catalog.staff import drafts as drafts_staff
from webapp.catalog.staff import events as catalog_staff
from webapp.catalog.staff import extras as extras_staff
from webapp.catalog.staff import selling as selling_staff
from webapp.catalog.staff import stock as stock_staff
from webapp.catalog.staff import vouchers as vouchers_staff
from webapp.checkin import staff as checkin_staff
from webapp.config import Settings
from webapp.consequences import AT_ONCE
from webapp.core import logs, outbox
from webapp.core.db import Database
from webapp.core.live import Live
from webapp.core.media import Media
from webapp.desk.staff import counter as counter_staff
from webapp.desk.staff import guests as guests_staff
from webapp.desk.staff import requests as requests_staff
from webapp.desk.staff import tills as tills_staff
from webapp.desk.views import requests
from webapp.importing.staff import files as imports_staff
from webapp.importing.staff import reports as import_reports_staff
from webapp.messages import staff as messages_staff
from webapp.messages import views as messages
from webapp.ops.gateway.cluster import connect
from webapp.ops.service.signs import note_circuit
from webapp.ops.staff import cluster as cluster_staff
from webapp.ops.staff import signs as ops_staff
from webapp.payments import views as payments
from webapp.payments.gateway import SandboxGateway
from webapp.planning.staff import bulk as bulk_staff
from webapp.planning.staff import calendar as calendar_staff
from webapp.planning.staff import cloning as cloning_staff
from webapp.planning.staff import following as following_staff
from webapp.planning.staff import series as series_staff
from webapp.reports.staff import live as reports_staff
from webapp.reports.staff import saved as reports_saved
from webapp.reports.staff import search as search_staff
from webapp.reports.staff import sheets as reports
from webapp.reports.staff import today as today_staff
from webapp.reports.staff.cockpits import Cockpits
from webapp.seating import views as seating
from webapp.seating.staff import drawings as drawings_staff
from webapp.seating.staff import plans as seating_staff
from webapp.services import EVERYWHERE, service_for
from webapp.tickets import views as tickets
from webapp.waitinglist import staff as waitlist_staff
from webapp.waitinglist import views as waitlist
from webapp.waitingroom import guards as rooms
from webapp.waitingroom import staff as rooms_staff
from webapp.waitingroom import views as queue
from webapp.web import (
    assets,
    charts,
    csrf,
    filters,
    headers,
    limits,
    merging,
    metrics,
    notices,
    probes,
    problems,
    stream,
)
from webapp.web.areas import AREAS
from webapp.web.current import Parts
from webapp.web.stream import Streams

ROOT = Path(__file__).parent.parent

BLUEPRINTS: tuple[Blueprint, ...] = (
    accounts.bp,
    invitations.bp,
    factors.bp,
    proving.bp,
    catalog.bp,
    basket.bp,
    checkout.bp,
    requests.bp,
    orders.bp,
    answers.bp,
    live.bp,
    seats.bp,
    seat_holds.bp,
    seating.bp,
    waitlist.bp,
    tickets.bp,
    queue.bp,
    payments.bp,
    messages.bp,
    accounts_staff.bp,
    team_staff.bp,
    factors_staff.bp,
    history_staff.bp,
    catalog_staff.bp,
    dates_staff.bp,
    stock_staff.bp,
    extras_staff.bp,
    drafts_staff.bp,
    selling_staff.bp,
    vouchers_staff.bp,
    series_staff.bp,
    bulk_staff.bp,
    following_staff.bp,
    cloning_staff.bp,
    calendar_staff.bp,
    booking_staff.bp,
    seats_staff.bp,
    seating_staff.bp,
    drawings_staff.bp,
    waitlist_staff.bp,
    imports_staff.bp,
    import_reports_staff.bp,
    counter_staff.bp,
    tills_staff.bp,
    guests_staff.bp,
    requests_staff.bp,
    checkin_staff.bp,
    rooms_staff.bp,
    reports_staff.bp,
    reports_staff.told,
    search_staff.bp,
    today_staff.bp,
    reports.bp,
    reports_saved.bp,
    messages_staff.bp,
    ops_staff.bp,
    cluster_staff.bp,
)

MOST_UPLOADED_BYTES = 8_000_000


def make_app(settings: Settings) -> Flask:
    """The application of one process; `settings.service` decides which paths it answers."""
    logs.configure(as_json=settings.environment == "production")
    app = Flask("marquee", static_folder=None, template_folder=str(ROOT / "templates"), root_path=str(ROOT))
    app.url_rule_class = _rule_of(settings.service)
    _configure(app, settings)
    _make_parts(app, settings)
    for module in (metrics, problems, csrf, notices, probes, assets, filters, charts, guards, merging):
        module.register(app)
    headers.register(app, settings)
    limits.register(app, settings)
    rooms.register(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    if settings.mailbox_dir:
        from webapp.web import mailbox  # development only: production never imports it

        app.register_blueprint(mailbox.bp)
    cli.register(app)
    outbox.install(AT_ONCE)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app


def _configure(app: Flask, settings: Settings) -> None:
    app.config.update(
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=MOST_UPLOADED_BYTES,
        MAX_FORM_MEMORY_SIZE=500_000,
        MAX_FORM_PARTS=2_000,
        SESSION_COOKIE_NAME="__Host-session" if settings.https else "session",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.https,
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=60 * 60 * 24 * 90,
        TESTING=settings.environment == "test",
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        live_url=stream.live_url,
        base_url=settings.base_url,
        attribution=settings.attribution,
        areas=AREAS,
    )


def _make_parts(app: Flask, settings: Settings) -> None:
    live_parts = Live(settings.redis_url)
    database = Database(settings.database_url, pool_size=settings.pool_size)
    app.extensions["marquee"] = Parts(
        settings=settings, database=database, live=live_parts, media=Media(settings.media_dir)
    )
    app.extensions["gateway"] = SandboxGateway(
        settings.gateway_url,
        settings.gateway_key,
        settings.gateway_webhook_secret,
        on_change=partial(note_circuit, database, "provider", "web"),
    )
    app.extensions["cluster"] = connect(settings.nomad, settings.consul)
    app.extensions["cockpits"] = Cockpits(database, live_parts)
    # A process that only streams holds thousands of pages; one that also answers requests must not starve.
    app.extensions["streams"] = Streams(live_parts, most=4_000 if settings.service == "live" else 4)


def _rule_of(service: str) -> type[Rule]:
    """Addresses of other services can be built here, but are not answered."""

    class ServiceRule(Rule):
        def __init__(self, string: str, **options: Any) -> None:
            everywhere = any(string.startswith(prefix) for prefix in EVERYWHERE)
            options["build_only"] = not (service == "all" or everywhere or service_for(string) == service)
            super().__init__(string, **options)

    return ServiceRule

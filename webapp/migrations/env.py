"""Runs migrations: one at a time on a server, each in a transaction, none that waits long for a lock."""

import os

from alembic import context
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from webapp.accounts import models as accounts
from webapp.booking import models as booking
from webapp.catalog import models as catalog
from webapp.checkin import models as checkin
from webapp.core import audit, mailing, outbox, papers
from webapp.core.db import Base
from webapp.desk import models as desk
from webapp.importing import models as importing
from webapp.messages import models as messages
from webapp.ops import models as ops
from webapp.payments import models as payments
from webapp.planning import models as planning
from webapp.reports import models as reports
from webapp.seating import models as seating
from webapp.waitinglist import models as waitinglist
from webapp.waitingroom import models as waitingroom

TABLES_COME_FROM = (
    accounts,
    audit,
    booking,
    catalog,
    checkin,
    desk,
    importing,
    mailing,
    messages,
    ops,
    outbox,
    papers,
    payments,
    planning,
    reports,
    seating,
    waitinglist,
    waitingroom,
)

# Any number that nobody else takes: two deploys that start together migrate one after the other.
MIGRATION_LOCK = 7_140_001


def migrate() -> None:
    said = context.get_x_argument(as_dictionary=True).get("url") or context.config.attributes.get("url")
    url = make_url(said or os.environ["DATABASE_URL"])
    engine = create_engine(url.set(drivername="postgresql+psycopg"))
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": MIGRATION_LOCK})
        connection.execute(text("SET lock_timeout = '4s'"))
        connection.execute(text("SET statement_timeout = '60s'"))
        connection.commit()
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            transaction_per_migration=True,
            compare_server_default=False,
        )
        context.run_migrations()
        connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": MIGRATION_LOCK})
        connection.commit()
    engine.dispose()


migrate()

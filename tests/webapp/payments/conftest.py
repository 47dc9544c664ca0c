"""A database, a real sandbox gateway, and a note of what payments told at once."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from tests.conftest import at
from tests.factories.sandbox import Sandbox, running_sandbox
from webapp.consequences import AT_ONCE
from webapp.core import outbox
from webapp.core.db import Database, Session
from webapp.core.events import Event
from webapp.payments import events, queries
from webapp.payments.gateway import GatewayEvent, SandboxGateway
from webapp.payments.service import charges


@dataclass
class Told:
    """What the rest of the house heard."""

    events: list[Event] = field(default_factory=list)

    def hear(self, _: Session, event: Event) -> None:
        self.events.append(event)


@pytest.fixture
def database(postgres_url: str) -> Iterator[Database]:
    made = Database(postgres_url, pool_size=8)
    with made.writing() as db:
        db.execute(text("TRUNCATE outbox CASCADE"))
    yield made
    made.close()


@pytest.fixture(autouse=True)
def told() -> Iterator[Told]:
    """Listens instead of the orders, which these payments have none of."""
    note = Told()
    kinds = (
        events.PaymentSucceeded,
        events.PaymentFailed,
        events.PaymentDelayed,
        events.RefundRequested,
        events.RefundSucceeded,
        events.RefundFailed,
    )
    outbox.install(dict.fromkeys(kinds, (note.hear,)))
    yield note
    outbox.install(AT_ONCE)


@pytest.fixture(scope="session")
def sandbox_running(postgres_server: str, postgres_url: str) -> Iterator[Sandbox]:
    """One gateway for all tests of this process; nobody listens to its webhooks."""
    import psycopg

    name = postgres_url.rsplit("/", 1)[1] + "_sandbox"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    with running_sandbox(at(postgres_server, name), "http://127.0.0.1:9/") as sandbox:
        yield sandbox
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def sandbox(sandbox_running: Sandbox) -> Iterator[Sandbox]:
    yield sandbox_running
    sandbox_running.tell()


@pytest.fixture
def gateway(sandbox: Sandbox) -> SandboxGateway:
    return sandbox.gateway()


@pytest.fixture
def away() -> SandboxGateway:
    """A provider that does not answer."""
    return SandboxGateway("http://127.0.0.1:9", "key", "secret")


Ask = Callable[..., UUID]


@pytest.fixture
def ask(database: Database) -> Ask:
    """Ask for 48 euros for a new reference."""

    def asked(*, reference: UUID | None = None, amount: int = 4800, key: str = "", minutes: int = 10) -> UUID:
        with database.writing() as db:
            return charges.request(
                db,
                reference=reference or uuid4(),
                amount=amount,
                currency="EUR",
                description="Two tickets",
                email="amara@example.org",
                return_url="http://box.office.test/orders/M7K4-QX2P",
                expires_at=datetime.now(UTC) + timedelta(minutes=minutes),
                key=key or str(uuid4()),
            )

    return asked


def say(payment_id: UUID, kind: str, *, name: str = "", amount: int = 4800) -> GatewayEvent:
    """What the provider tells about a payment's page."""
    return GatewayEvent(
        name or f"evt_{uuid4()}", f"session.{kind}", f"ses_{payment_id}", str(payment_id), amount, {}
    )


def state(database: Database, payment_id: UUID) -> str:
    with database.reading() as db:
        return str(db.scalar(text("SELECT state FROM payments WHERE id = :id"), {"id": payment_id}))


def ledger(database: Database, reference: UUID) -> list[int]:
    with database.reading() as db:
        return list(
            db.scalars(
                text("SELECT amount FROM ledger_entries WHERE reference = :reference ORDER BY id"),
                {"reference": reference},
            )
        )


def tell(database: Database, event: GatewayEvent) -> bool:
    with database.writing() as db:
        return charges.record_webhook(db, event)


def reference_of(database: Database, payment_id: UUID) -> UUID:
    with database.reading() as db:
        return queries.payment(db, payment_id).reference

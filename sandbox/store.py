"""The gateway's own books: sessions, refunds, webhooks to be sent, and how it is told to misbehave."""

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from psycopg import Connection
from psycopg.rows import dict_row
from psycopg_pool import ConnectionPool

Row = dict[str, Any]

TABLES = """
CREATE TABLE IF NOT EXISTS sessions (
    id text PRIMARY KEY, idempotency_key text UNIQUE NOT NULL, request_hash text NOT NULL,
    reference text NOT NULL, amount bigint NOT NULL CHECK (amount > 0), currency text NOT NULL,
    description text NOT NULL, email text NOT NULL, return_url text NOT NULL, cancel_url text NOT NULL,
    expires_at timestamptz NOT NULL, created_at timestamptz NOT NULL DEFAULT now(),
    status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'paid', 'cancelled', 'expired')),
    declined int NOT NULL DEFAULT 0, pay_at timestamptz, paid_at timestamptz
);
CREATE INDEX IF NOT EXISTS sessions_reference ON sessions (reference);
CREATE INDEX IF NOT EXISTS sessions_late ON sessions (pay_at) WHERE pay_at IS NOT NULL AND status <> 'paid';
CREATE TABLE IF NOT EXISTS refunds (
    id text PRIMARY KEY, idempotency_key text UNIQUE NOT NULL, request_hash text NOT NULL,
    session_id text NOT NULL REFERENCES sessions, amount bigint NOT NULL CHECK (amount > 0),
    reference text NOT NULL, status text NOT NULL, created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX IF NOT EXISTS refunds_session ON refunds (session_id);
CREATE TABLE IF NOT EXISTS hooks (
    id text PRIMARY KEY, body text NOT NULL, attempts int NOT NULL DEFAULT 0,
    due_at timestamptz NOT NULL DEFAULT now(), done_at timestamptz
);
CREATE INDEX IF NOT EXISTS hooks_due ON hooks (due_at) WHERE done_at IS NULL;
CREATE TABLE IF NOT EXISTS control (
    one boolean PRIMARY KEY DEFAULT true CHECK (one), settings jsonb NOT NULL
);
INSERT INTO control (settings) VALUES ('{}') ON CONFLICT DO NOTHING;
"""


class Refused(Exception):
    """The gateway says no: an HTTP status and a sentence."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence


@dataclass(frozen=True)
class Asked:
    """A request to make something, named so that asking twice makes one."""

    key: str
    body: Mapping[str, Any]

    @property
    def hash(self) -> str:
        return hashlib.sha256(json.dumps(self.body, sort_keys=True).encode()).hexdigest()


class Store:
    """Each method is one transaction; one of a single statement needs no round trips to begin and end it."""

    def __init__(self, url: str) -> None:
        self.pool: ConnectionPool[Connection[Row]] = ConnectionPool(
            url, min_size=2, max_size=16, kwargs={"row_factory": dict_row, "autocommit": True}, open=True
        )
        with self.pool.connection() as db, db.transaction():
            db.execute("SELECT pg_advisory_xact_lock(7140002)")
            db.execute(TABLES)
            row = db.execute("SELECT settings FROM control").fetchone()
        # Asked with every request; only this process changes it.
        self._control: Row = dict(row["settings"]) if row else {}

    def create_session(self, asked: Asked) -> Row:
        body = asked.body
        with self.pool.connection() as db:
            made = db.execute(
                """INSERT INTO sessions (id, idempotency_key, request_hash, reference, amount, currency,
                       description, email, return_url, cancel_url, expires_at)
                   VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
                   ON CONFLICT (idempotency_key) DO NOTHING RETURNING *""",
                [
                    *("ses_" + secrets.token_urlsafe(18), asked.key, asked.hash, body["reference"]),
                    *(
                        body["amount"],
                        body["currency"],
                        body.get("description", ""),
                        body.get("customer_email", ""),
                    ),
                    *(body["return_url"], body.get("cancel_url") or body["return_url"], body["expires_at"]),
                ],
            ).fetchone()
            return made or self._same(db, "sessions", asked)

    def session(self, session_id: str) -> Row:
        with self.pool.connection() as db:
            return self._session(db, session_id)

    def sessions_of(self, reference: str) -> list[Row]:
        with self.pool.connection() as db:
            return db.execute(
                "SELECT * FROM sessions WHERE reference = %s ORDER BY created_at", [reference]
            ).fetchall()

    def latest(self) -> list[Row]:
        with self.pool.connection() as db:
            return db.execute("SELECT * FROM sessions ORDER BY created_at DESC LIMIT 50").fetchall()

    def pay(self, session_id: str, *, late: bool = False) -> tuple[Row, list[str]]:
        """Take the money, once; the webhooks' ids come with it. An ended session is paid only when `late`."""
        with self.pool.connection() as db, db.transaction():
            paid = db.execute(
                """UPDATE sessions SET status = 'paid', paid_at = now() WHERE id = %s AND status <> 'paid'
                   AND (%s OR (status = 'open' AND expires_at > now())) RETURNING *""",
                [session_id, late],
            ).fetchone()
            if paid:
                return paid, self._hook(db, "session.paid", session_facts(paid))
            session = self._session(db, session_id)
        if session["status"] != "paid":
            raise Refused(409, "This payment page is closed. Go back to the shop and begin again.")
        return session, []

    def decline(self, session_id: str) -> tuple[Row, list[str]]:
        with self.pool.connection() as db, db.transaction():
            session = db.execute(
                "UPDATE sessions SET declined = declined + 1"
                " WHERE id = %s AND status = 'open' AND expires_at > now() RETURNING *",
                [session_id],
            ).fetchone()
            if session is None:
                return self._session(db, session_id), []
            return session, self._hook(db, "session.declined", session_facts(session))

    def end(self, session_id: str, status: str) -> tuple[Row, list[str]]:
        """Cancel or expire an open session; what ended before stays as it is."""
        with self.pool.connection() as db, db.transaction():
            session = db.execute(
                "UPDATE sessions SET status = %s WHERE id = %s AND status = 'open' RETURNING *",
                [status, session_id],
            ).fetchone()
            if session is None:
                return self._session(db, session_id), []
            return session, self._hook(db, f"session.{status}", session_facts(session))

    def pay_later(self, session_id: str, seconds: float) -> Row:
        with self.pool.connection() as db, db.transaction():
            db.execute(
                "UPDATE sessions SET pay_at = now() + make_interval(secs => %s) WHERE id = %s",
                [seconds, session_id],
            )
            return self._session(db, session_id)

    def due_late_payments(self) -> list[str]:
        with self.pool.connection() as db:
            rows = db.execute("SELECT id FROM sessions WHERE pay_at <= now() AND status <> 'paid'").fetchall()
        return [row["id"] for row in rows]

    def refund(self, asked: Asked, status: str) -> tuple[Row, list[str]]:
        """Give money back, never more than was paid."""
        with self.pool.connection() as db, db.transaction():
            session = db.execute(
                "SELECT * FROM sessions WHERE id = %s FOR UPDATE", [asked.body["session"]]
            ).fetchone()
            if session is None:
                raise Refused(404, f"There is no session {asked.body['session']}.")
            known = db.execute("SELECT 1 FROM refunds WHERE idempotency_key = %s", [asked.key]).fetchone()
            if known:
                return self._same(db, "refunds", asked), []
            returned = db.execute(
                "SELECT coalesce(sum(amount), 0)::bigint AS sum FROM refunds"
                " WHERE session_id = %s AND status <> 'failed'",
                [session["id"]],
            ).fetchone()
            left = session["amount"] - (returned["sum"] if returned else 0)
            if session["status"] != "paid" or asked.body["amount"] > left:
                raise Refused(
                    422, f"Only {left if session['status'] == 'paid' else 0} can be refunded of this session."
                )
            made = db.execute(
                """INSERT INTO refunds
                       (id, idempotency_key, request_hash, session_id, amount, reference, status)
                   VALUES (%s, %s, %s, %s, %s, %s, %s) RETURNING *""",
                [
                    *("ref_" + secrets.token_urlsafe(18), asked.key, asked.hash, session["id"]),
                    *(asked.body["amount"], asked.body.get("reference", ""), status),
                ],
            ).fetchone()
            assert made is not None  # noqa: S101  # an INSERT without ON CONFLICT returns its row or raises
            return made, self._hook(db, f"refund.{status}", refund_facts(made))

    def find_refund(self, refund_id: str) -> Row:
        with self.pool.connection() as db:
            row = db.execute("SELECT * FROM refunds WHERE id = %s", [refund_id]).fetchone()
        if row is None:
            raise Refused(404, f"There is no refund {refund_id}.")
        return row

    def control(self) -> Row:
        return self._control

    def set_control(self, settings: Mapping[str, Any]) -> None:
        with self.pool.connection() as db:
            db.execute("UPDATE control SET settings = %s", [json.dumps(dict(settings))])
        self._control = dict(settings)

    def claim_hooks(self, *, most: int = 50, ids: list[str] | None = None) -> list[Row]:
        """Webhooks whose time has come, each given to one sender; sent again in a minute unless told done."""
        with self.pool.connection() as db:
            return db.execute(
                """UPDATE hooks SET attempts = attempts + 1, due_at = now() + interval '60 seconds'
                   WHERE id IN (SELECT id FROM hooks WHERE done_at IS NULL AND due_at <= now()
                                AND (%s::text[] IS NULL OR id = ANY(%s)) ORDER BY due_at LIMIT %s
                                FOR UPDATE SKIP LOCKED) RETURNING *""",
                [ids, ids, most],
            ).fetchall()

    def hook_done(self, hook_id: str) -> None:
        with self.pool.connection() as db:
            db.execute("UPDATE hooks SET done_at = now() WHERE id = %s", [hook_id])

    def hook_again(self, hook_id: str, seconds: float) -> None:
        with self.pool.connection() as db:
            db.execute(
                "UPDATE hooks SET due_at = now() + make_interval(secs => %s) WHERE id = %s",
                [seconds, hook_id],
            )

    def _session(self, db: Connection[Row], session_id: str) -> Row:
        row = db.execute("SELECT * FROM sessions WHERE id = %s", [session_id]).fetchone()
        if row is None:
            raise Refused(404, f"There is no session {session_id}.")
        return row

    def _same(self, db: Connection[Row], table: str, asked: Asked) -> Row:
        row = db.execute(
            f"SELECT * FROM {table} WHERE idempotency_key = %s",  # noqa: S608  # one of two names of ours
            [asked.key],
        ).fetchone()
        if row is None or row["request_hash"] != asked.hash:
            raise Refused(409, "This idempotency key was used for another request.")
        return row

    def _hook(self, db: Connection[Row], kind: str, facts: Row) -> list[str]:
        hook_id = "evt_" + secrets.token_urlsafe(18)
        body = {"id": hook_id, "type": kind, "created": datetime.now(UTC).isoformat(), "data": facts}
        db.execute("INSERT INTO hooks (id, body) VALUES (%s, %s)", [hook_id, json.dumps(body)])
        return [hook_id]


def session_facts(row: Row) -> Row:
    """What the API and the webhooks say about a session."""
    return {
        "id": row["id"],
        "reference": row["reference"],
        "amount": row["amount"],
        "currency": row["currency"],
        "status": row["status"],
        "declined": row["declined"],
    }


def refund_facts(row: Row) -> Row:
    return {
        "id": row["id"],
        "session": row["session_id"],
        "reference": row["reference"],
        "amount": row["amount"],
        "status": row["status"],
    }

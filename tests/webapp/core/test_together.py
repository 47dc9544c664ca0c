"""New rows of several tables in one statement."""

from uuid import uuid4

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import IntegrityError

from webapp.core.audit import SYSTEM, AuditEntry, note
from webapp.core.db import Database
from webapp.core.outbox import Delivery, Outbox
from webapp.core.together import write_together


def an_event(**values: object) -> Outbox:
    return Outbox(topic="LampLit", payload={"lamp": "Grüße, 東京"}, **values)


def test_rows_of_several_tables_are_written_in_one_statement(database: Database) -> None:
    subject, told = uuid4(), an_event(id=uuid4())
    said: list[str] = []
    listen = (database.engine, "before_cursor_execute", lambda _c, _k, statement, *_: said.append(statement))
    event.listen(*listen)
    with database.writing() as db:
        db.add_all([told, Delivery(outbox_id=told.id, job="glow", queue="default")])
        note(db, SYSTEM, "Lit", ("lamp", subject), before=None, after={"watts": 60})
        write_together(db)
    event.remove(*listen)

    assert len(said) == 1
    with database.reading() as db:
        assert db.get_one(Outbox, told.id).payload == {"lamp": "Grüße, 東京"}
        delivery = db.scalars(select(Delivery).where(Delivery.outbox_id == told.id)).one()
        assert (delivery.job, delivery.attempts, delivery.done_at) == ("glow", 0, None)
        entry = db.scalars(select(AuditEntry).where(AuditEntry.subject_id == subject)).one()
        assert (entry.action, entry.before, entry.after) == ("Lit", None, {"watts": 60})


def test_a_row_that_is_refused_takes_the_others_with_it(database: Database) -> None:
    told = an_event(id=uuid4())
    with database.writing() as db:
        db.add_all([told, Delivery(outbox_id=uuid4(), job="glow", queue="default")])
        with pytest.raises(IntegrityError):
            write_together(db)
        db.rollback()

    with database.reading() as db:
        assert db.get(Outbox, told.id) is None


def test_what_was_written_is_not_written_again_at_the_end(database: Database) -> None:
    told = an_event(id=uuid4())
    with database.writing() as db:
        db.add(told)
        write_together(db)
        write_together(db)

    with database.reading() as db:
        assert db.get(Outbox, told.id) is not None

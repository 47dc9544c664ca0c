"""A kept report as a mail: its sums in words, all of it attached, and only to who may see it."""

from datetime import time

from sqlalchemy import text

from tests.factories.accounts import a_member
from tests.factories.booking import a_sale
from tests.factories.messages import a_buyer
from tests.workers.conftest import Inbox
from webapp.accounts.models import Organizer
from webapp.core import clock
from webapp.core.audit import SYSTEM
from webapp.core.db import Database
from webapp.core.ids import uuid7
from webapp.reports.rules.cadence import Cadence
from webapp.reports.service import saving
from webapp.reports.service.saving import Wish
from workers.context import Context
from workers.jobs.reports import mail_report


def test_a_report_is_mailed_with_its_sums_and_its_file(
    context: Context, database: Database, inbox: Inbox
) -> None:
    sale = a_sale(database)
    a_buyer(database, sale, 2)
    with database.reading() as db:
        person = a_member(database, db.get_one(Organizer, sale.organizer_id), "finance", "Fin Fox")
    now, when = clock.now(), Cadence("daily", 1, 1, time(0), "UTC")
    wish = Wish("Every day", "sales", {"by": "event", "period": "all"}, "csv", when, (person.id,))
    with database.writing() as db:
        saving.save(db, organizer_id=sale.organizer_id, report_id=uuid7(), wish=wish, by=SYSTEM, now=now)
        db.execute(
            text("UPDATE saved_reports SET next_at = now() WHERE organizer_id = :id"),
            {"id": sale.organizer_id},
        )
        saving.mail_due(db, clock.now())
        run = db.scalars(text("SELECT id FROM report_runs ORDER BY made_at DESC LIMIT 1")).one()

    mail_report(context.of(uuid7()), run_id=run, user_id=person.id)
    with database.writing() as db:
        db.execute(text("UPDATE memberships SET role = 'door' WHERE user_id = :id"), {"id": person.id})
    mail_report(context.of(uuid7()), run_id=run, user_id=person.id)

    (mail,) = inbox.mails
    words = mail.get_body(("plain",))
    (file,) = mail.iter_attachments()
    assert words is not None
    assert "Tickets sold: 2" in words.get_content()
    assert "Taken: €48.00" in words.get_content()
    assert "Night of the Lamps,2,0,48.00" in file.get_content()

"""What goes wrong is written down, and what people typed is not."""

from collections.abc import Callable

import pytest
from flask import Flask, request
from sqlalchemy import text

from webapp.core.ids import uuid7
from webapp.payments.models import LedgerEntry
from webapp.web import current


def break_down() -> str:
    typed = request.form["password"]
    if typed == "in the database":
        with current.database().reading() as db:
            db.execute(text("SELECT 1 / (length(:typed) - 15)"), {"typed": typed})
    if typed == "in a row\nthat is refused":
        with current.database().writing() as db:
            db.add(LedgerEntry(reference=uuid7(), payment_id=uuid7(), kind=typed, amount=0, currency=typed))
    raise RuntimeError("It broke")


@pytest.mark.parametrize("environment", ["production", "development"])
@pytest.mark.parametrize("typed", ["my dear secret", "in the database", "in a row\nthat is refused"])
def test_a_failure_is_logged_without_what_was_typed(
    make: Callable[..., Flask], capsys: pytest.CaptureFixture[str], environment: str, typed: str
) -> None:
    app = make(environment=environment, base_url="https://localhost")
    app.add_url_rule("/break", view_func=break_down, methods=["POST"])

    answer = app.test_client().post("/break", data={"password": typed})

    said = capsys.readouterr()
    assert answer.status_code in (400, 500)
    assert "request." in said.out
    for line in typed.splitlines():
        assert line not in said.out + said.err + answer.text
    assert app.extensions["marquee"].settings.secret_key not in said.out + said.err

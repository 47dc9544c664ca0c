"""Who runs the platform is decided at the machine's own shell."""

from flask import Flask

from tests.factories.accounts import a_person, sign_in
from webapp.core import audit
from webapp.core.db import Database


def test_an_account_becomes_an_operator_and_stops_being_one(app: Flask, database: Database) -> None:
    olive = a_person(database, "Olive Ortega")
    hers, shell = sign_in(app.test_client(), olive), app.test_cli_runner()

    assert hers.get("/staff/health").status_code == 404
    assert "Olive Ortega is an operator now." in shell.invoke(args=["operators", "add", olive.email]).output
    assert hers.get("/staff/health").status_code == 200
    shell.invoke(args=["operators", "remove", olive.email])
    assert hers.get("/staff/health").status_code == 404
    with database.reading() as db:
        lines = audit.history(db, ("account", olive.id))
    assert [line.action for line in lines] == ["No operator any more", "Made an operator"]


def test_who_has_no_account_becomes_no_operator(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["operators", "add", "nobody@example.org"])

    assert result.exit_code == 1
    assert "Nobody with this address has a confirmed account." in result.output

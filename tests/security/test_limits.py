"""Whoever asks too often waits; everybody else goes on."""

from collections.abc import Callable

import pytest
from flask import Flask
from redis import Redis

from tests.factories.accounts import PASSWORD, a_person, sign_in
from tests.factories.factors import with_app
from webapp.core.db import Database


@pytest.fixture
def limited(make: Callable[..., Flask], database: Database, redis_url: str) -> Flask:
    """Made anew for each test: the limiter is one for the process, and follows the newest application."""
    with Redis.from_url(redis_url) as redis:
        redis.flushdb()
    return make(limits=True)


def attempts(app: Flask, email: str, address: str, count: int, password: str = "a guess at it") -> list[int]:
    browser = app.test_client()
    form = {"email": email, "password": password}
    return [
        browser.post("/account/sign-in", data=form, environ_base={"REMOTE_ADDR": address}).status_code
        for _ in range(count)
    ]


def test_guessing_from_one_place_is_slowed_down(limited: Flask) -> None:
    emails = [f"guess{number}@example.org" for number in range(14)]

    statuses = [attempts(limited, email, "10.0.0.1", 1)[0] for email in emails]

    assert (statuses[:10], statuses[-1]) == ([422] * 10, 429)


def test_guessing_at_one_account_is_slowed_down_wherever_it_comes_from(limited: Flask) -> None:
    statuses = [attempts(limited, "Amara@example.org ", f"10.0.1.{number}", 1)[0] for number in range(14)]

    assert (statuses[:10], statuses[-1]) == ([422] * 10, 429)


def test_the_right_password_does_not_help_who_guessed_too_often(limited: Flask, database: Database) -> None:
    amara = a_person(database)
    attempts(limited, amara.email, "10.0.2.1", 14)

    assert attempts(limited, amara.email, "10.0.2.2", 1, PASSWORD) == [429]


def test_others_are_not_slowed_down(limited: Flask, database: Database) -> None:
    attempts(limited, "guessed@example.org", "10.0.3.1", 14)

    assert attempts(limited, a_person(database).email, "10.0.3.2", 1, PASSWORD) == [303]


def test_the_answer_says_when_it_goes_on(limited: Flask) -> None:
    attempts(limited, "waiting@example.org", "10.0.4.1", 14)
    answer = limited.test_client().post(
        "/account/sign-in", data={"email": "x@example.org"}, environ_base={"REMOTE_ADDR": "10.0.4.1"}
    )

    assert answer.status_code == 429
    seconds = answer.headers["Retry-After"]
    assert f"In {seconds} seconds it goes on; nothing is lost." in answer.text


def test_asking_for_mails_is_slowed_down(limited: Flask) -> None:
    browser = limited.test_client()

    statuses = [
        browser.post(
            "/account/forgotten",
            data={"email": f"n{number}@example.org"},
            environ_base={"REMOTE_ADDR": "10.0.5.1"},
        ).status_code
        for number in range(8)
    ]

    assert (statuses[:5], statuses[-1]) == ([303] * 5, 429)


def test_one_mailbox_is_not_flooded_from_many_places(limited: Flask) -> None:
    browser = limited.test_client()

    statuses = [
        browser.post(
            "/account/forgotten",
            data={"email": "flooded@example.org"},
            environ_base={"REMOTE_ADDR": f"10.0.6.{number}"},
        ).status_code
        for number in range(8)
    ]

    assert (statuses[:5], statuses[-1]) == ([303] * 5, 429)


def test_nobody_gets_around_it_by_saying_to_be_somebody_else(limited: Flask) -> None:
    browser = limited.test_client()

    statuses = [
        browser.post(
            "/account/sign-in",
            data={"email": f"spoof{number}@example.org", "password": "a guess at it"},
            headers={"X-Forwarded-For": f"10.1.1.{number}"},
            environ_base={"REMOTE_ADDR": "10.0.7.1"},
        ).status_code
        for number in range(14)
    ]

    assert statuses[-1] == 429


def test_trying_codes_of_a_second_factor_is_slowed_down_wherever_it_is_done_from(
    limited: Flask, database: Database
) -> None:
    amara = a_person(database)
    with_app(sign_in(limited.test_client(), amara))

    answers = []
    for number in range(8):
        browser, somewhere = limited.test_client(), {"REMOTE_ADDR": f"10.9.{number}.7"}
        said = {"email": amara.email, "password": PASSWORD}
        browser.post("/account/sign-in", data=said, environ_base=somewhere)
        second = browser.post("/account/sign-in/second", data={"code": "1"}, environ_base=somewhere)
        answers.append(second.status_code)

    assert answers == [422] * 6 + [429] * 2

"""Hashes take their time, and not more of the machine than they may."""

import threading
import time

from webapp.accounts import passwords


def test_only_the_password_fits_its_hash() -> None:
    stored = passwords.hashed("a sentence about tents")

    assert passwords.fits(stored, "a sentence about tents")
    assert not passwords.fits(stored, "a sentence about tent")
    assert not passwords.fits(None, "a sentence about tents")
    assert not passwords.fits("", "")


def test_the_effort_is_what_the_design_asks_for() -> None:
    assert passwords.hashed("a sentence").startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_the_same_password_has_another_hash_each_time() -> None:
    assert passwords.hashed("a sentence") != passwords.hashed("a sentence")


def test_saying_no_to_an_unknown_address_takes_as_long_as_to_a_known_one() -> None:
    stored = passwords.hashed("a sentence about tents")
    passwords.fits(None, "warm up")

    def seconds(hash_: str | None) -> float:
        took = []
        for _ in range(5):
            began = time.perf_counter()
            passwords.fits(hash_, "a guess at it")
            took.append(time.perf_counter() - began)
        return min(took)

    known, unknown = seconds(stored), seconds(None)
    assert 0.2 < known / unknown < 5


def test_a_rush_waits_its_turn_and_everybody_gets_an_answer() -> None:
    stored = passwords.hashed("a sentence about tents")
    answers: list[bool] = []
    rush = [
        threading.Thread(target=lambda: answers.append(passwords.fits(stored, "a sentence about tents")))
        for _ in range(12)
    ]

    for thread in rush:
        thread.start()
    for thread in rush:
        thread.join()

    assert answers == [True] * 12

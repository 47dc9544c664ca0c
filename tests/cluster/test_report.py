"""What is written about drills is what was counted; one that was not held is never called passed."""

from tests.cluster import report
from tests.cluster.drills import DRILLS
from tests.cluster.run import Outcome, kept

HELD = Outcome("rolling deploy", "a new version", is_control=False, sent=900, bought=40)
CONTROL = Outcome("no retries", "nobody else is asked", is_control=True, sent=900, bought=40)


def test_a_drill_that_was_not_held_is_told_as_not_run() -> None:
    assert report.rows(DRILLS[:1], {}).endswith("**not run** |")


def test_a_drill_passes_only_when_nothing_failed_and_nothing_was_lost() -> None:
    assert HELD.passed
    assert not Outcome(**vars(HELD) | {"failed_get": 1}).passed
    assert not Outcome(**vars(HELD) | {"lost": 1}).passed
    assert not Outcome(**vars(HELD) | {"bought": 0}).passed


def test_a_control_passes_only_when_somebody_was_lost() -> None:
    assert not CONTROL.passed
    assert Outcome(**vars(CONTROL) | {"failed_post": 1}).passed


def test_the_document_is_the_one_that_the_results_make() -> None:
    assert (report.DOCS / "drills.md").read_text() == report.page(kept())

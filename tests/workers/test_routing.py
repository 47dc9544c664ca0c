"""One page says what follows from what, and forgets nothing."""

import pkgutil
from importlib import import_module

import webapp
from webapp.consequences import AT_ONCE
from webapp.core.events import Event
from workers.routing import QUEUES, REDRAWN, ROUTES, ROUTING


def all_events() -> set[type[Event]]:
    for found in pkgutil.walk_packages(webapp.__path__, "webapp."):
        if found.name.endswith(".events") and ".staff" not in found.name and ".views" not in found.name:
            import_module(found.name)
    return {kind for kind in Event.__subclasses__() if kind.__module__.startswith("webapp.")}


def test_something_follows_from_every_event() -> None:
    assert all_events() - set(ROUTES) - set(AT_ONCE) - set(REDRAWN) == set()


def test_no_two_jobs_have_the_same_name() -> None:
    by_name = {job.name: job for job in ROUTING.jobs()}

    assert all(by_name[job.name] == job for jobs in ROUTES.values() for job in jobs)


def test_every_job_takes_the_facts_of_its_event_by_name() -> None:
    for event, jobs in ROUTES.items():
        facts = set(event.__dataclass_fields__)
        for job in jobs:
            taken = set(job.run.__annotations__) - {"context", "return", "_"}
            assert taken <= facts, f"{job.name} wants {taken - facts}, which {event.__name__} does not know"


def test_every_job_goes_to_a_queue_that_somebody_works_on() -> None:
    assert {job.queue for job in ROUTING.jobs()} <= set(QUEUES)


def test_tickets_never_wait_behind_long_work() -> None:
    tickets, refunds = ROUTING.find("mail_tickets"), ROUTING.find("refund_date")

    assert tickets is not None
    assert refunds is not None
    assert tickets.queue != refunds.queue

"""`python -m workers worker [--queues urgent,default,slow]` and `python -m workers clock`."""

import argparse
import sys

from webapp.config import Settings, WrongSetting
from workers import clock, health, worker
from workers.routing import QUEUES, ROUTING


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m workers")
    roles = parser.add_subparsers(dest="role", required=True)
    works = roles.add_parser("worker", help="take jobs from the queues, a process for each queue")
    works.add_argument("--queues", default=",".join(QUEUES), help="which, with commas between (%(default)s)")
    looks = roles.add_parser("clock", help="send what is due and run the timers; two copies are safe")
    for role in (works, looks):
        role.add_argument("--health", metavar="HOST:PORT", type=health.address, help="where to answer probes")
    given = parser.parse_args()
    try:
        settings = Settings.from_env()
    except WrongSetting as wrong:
        sys.exit(f"Marquee cannot start: {wrong}")
    if given.role == "clock":
        clock.run(settings, ROUTING, given.health)
        return
    queues = given.queues.split(",")
    if unknown := sorted(set(queues) - set(QUEUES)):
        parser.error(f"There is no queue {unknown[0]}: the queues are {', '.join(QUEUES)}.")
    worker.run(settings, ROUTING, queues, given.health)


if __name__ == "__main__":
    main()

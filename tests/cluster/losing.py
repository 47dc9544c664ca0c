"""What happens to operators: copies and zones die or fall silent, agents end; and what was seen."""

import signal
import time

from tests.cluster.ground import PATH, Ground, send


def drain(ground: Ground) -> str:
    zone = ground.zone_to_lose()
    ground.drain(zone)
    time.sleep(6)
    ground.undrain(zone)
    return f"Zone {zone} was emptied and takes work again."


def kill_copy(ground: Ground) -> str:
    victim = ground.copies("booking")[0]
    pids = ground.tasks([victim])
    send(pids, signal.SIGKILL)
    took = ground.recovers(lambda: ground.passing("booking") >= 2)
    return f"{len(pids)} processes of one copy of booking; two copies again after {took:.0f} s."


def kill_zone(ground: Ground) -> str:
    zone = ground.zone_to_lose()
    had = ", ".join(ground.needed_in(zone))
    ground.hold(zone)
    pids = ground.everything_in(zone)
    send(pids, signal.SIGKILL)
    took = ground.recovers(lambda: _are_two(ground))
    ground.let_go(zone)
    return f"Zone {zone} with copies of {had}, {len(pids)} processes; two of each again after {took:.0f} s."


def freeze_zone(ground: Ground) -> str:
    zone = ground.zone_to_lose()
    had = ", ".join(ground.needed_in(zone))
    pids = ground.everything_in(zone)
    send(pids, signal.SIGSTOP)
    try:
        time.sleep(25)
    finally:
        send(pids, signal.SIGCONT)
    took = ground.until("all copies are back", lambda: _are_two(ground))
    return f"Zone {zone} with copies of {had} was silent for 25 s; all well {took:.0f} s after it came back."


def _are_two(ground: Ground) -> bool:
    return all(ground.passing(name) >= 2 for name in PATH)


def agents_restarted(ground: Ground) -> str:
    """Consul's agent of a zone and the servers of both, one after the other."""
    zone = ground.zone_to_lose()
    for place, kind in ((zone, "consul"), ("servers", "consul"), ("servers", "nomad"), (zone, "nomad")):
        old = ground.agent(place, kind)
        send([old], signal.SIGTERM)
        ground.until(
            f"{kind} of {place} is back",
            lambda place=place, kind=kind, old=old: ground.agent(place, kind) != old,
            seconds=60,
        )
        ground.until("all is listed", lambda: _are_two(ground), seconds=60)
        time.sleep(3)
    return f"Consul of zone {zone}, Consul's server, Nomad's server, Nomad of zone {zone}."

"""What a drill finds and leaves: sound jobs, two copies of what guests need, and no helping hand."""

import re

from local.cluster.layout import FOLDER
from local.paths import ROOT
from local.problem import Problem
from tests.cluster.ground import PATH, Ground

RETRIES = re.compile(r"proxy_next_upstream (?!off)[^;]+;")
TEMPLATE = "nomad/system/nginx.conf.tpl"


def restore(ground: Ground) -> None:
    """The good job files again, wherever a drill left others."""
    for zone in ground.cluster.zones:
        ground.let_go(zone)
    ground.roll(ground.good, flags={"version": ground.cluster.version})
    ground.is_retrying = True
    for name in PATH:
        ground.until(f"{name} can be reached", lambda name=name: ground.passing(name) > 0)


def two_of_each(ground: Ground) -> None:
    """What a place without a spare copy loses is nobody's surprise: guests' services get two."""
    for name in PATH:
        if ground.passing(name) != 2 or len(ground.copies(name)) != 2:
            ground.scale(name, 2)


def set_retries(ground: Ground, is_on: bool) -> None:
    """Whether nginx may ask another copy."""
    if is_on == ground.is_retrying:
        return
    shy = FOLDER / "drill.nginx.conf.tpl"
    shy.write_text(RETRIES.sub("proxy_next_upstream off;", (ROOT / TEMPLATE).read_text()))
    without = {"edit": lambda text: text.replace(f'"{TEMPLATE}"', f'"{shy}"')}
    ended = ground.roll(["ingress"], **({} if is_on else without))
    if ended != {"ingress": "successful"}:
        raise Problem(f"The ingress was not deployed: {ended}.")
    ground.is_retrying = is_on


def switch_autoscaler(ground: Ground, *, is_on: bool) -> None:
    """Off in all drills but its own: it would take away the spare copies that nobody needs."""
    job = ground.nomad.find("/v1/job/autoscaler")
    if job and job["Stop"] is is_on:
        ground.nomad.ask("POST", "/v1/jobs", {"Job": job | {"Stop": not is_on}})


def quiet(ground: Ground) -> None:
    switch_autoscaler(ground, is_on=False)

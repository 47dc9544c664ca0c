"""What a drill finds and leaves: sound jobs, two copies of what guests need, and no helping hand."""

import re
from collections.abc import Callable

from local.cluster.layout import FOLDER
from local.paths import ROOT
from local.problem import Problem
from tests.cluster.ground import PATH, Ground

RETRIES = re.compile(r"proxy_next_upstream (?!off)[^;]+;")
# What the template of the ingress says of the copies of a service, in the lines of an upstream.
SERVERS = re.compile(r"\{\{- range service .*?\{\{- end \}\}\n", re.DOTALL)
TEMPLATE = "nomad/system/nginx.conf.tpl"


def restore(ground: Ground) -> None:
    """The good job files again, wherever a drill left others."""
    for zone in ground.cluster.zones:
        ground.let_go(zone)
    ground.roll(ground.good, flags={"version": ground.cluster.version})
    ground.ingress = str
    for name in PATH:
        ground.until(f"{name} can be reached", lambda name=name: ground.passing(name) > 0)


def two_of_each(ground: Ground) -> None:
    """What a place without a spare copy loses is nobody's surprise: guests' services get two."""
    for name in PATH:
        if ground.passing(name) != 2 or len(ground.copies(name)) != 2:
            ground.scale(name, 2)


def no_retries(text: str) -> str:
    """nginx may ask no other copy."""
    return RETRIES.sub("proxy_next_upstream off;", text)


def by_dns(text: str) -> str:
    """nginx asks Consul's DNS for copies each second, instead of being told by a new configuration."""
    resolver = '  resolver {{ env "NOMAD_IP_probe" }}:8600 valid=1s ipv6=off;\n'
    server = "server service.consul service=_{{ $name }}._live resolve max_fails=1 fail_timeout=10s;\n"
    return SERVERS.sub(server, text).replace("  server_tokens off;\n", f"  server_tokens off;\n{resolver}")


def set_ingress(ground: Ground, edit: Callable[[str], str]) -> None:
    """Its configuration as it is written, but for this change."""
    if edit is ground.ingress:
        return
    written = (ROOT / TEMPLATE).read_text()
    other = FOLDER / f"drill.{edit.__name__}.conf.tpl"
    other.write_text(edit(written))
    if edit is not str and other.read_text() == written:
        raise Problem(f"The ingress's configuration has changed: {edit.__name__} changes nothing in it.")
    named = {"edit": lambda text: text.replace(f'"{TEMPLATE}"', f'"{other}"')}
    ended = ground.roll(["ingress"], **({} if edit is str else named))
    if ended != {"ingress": "successful"}:
        raise Problem(f"The ingress was not deployed: {ended}.")
    ground.ingress = edit


def switch_autoscaler(ground: Ground, *, is_on: bool) -> None:
    """Off in all drills but its own: it would take away the spare copies that nobody needs."""
    job = ground.nomad.find("/v1/job/autoscaler")
    if job and job["Stop"] is is_on:
        ground.nomad.ask("POST", "/v1/jobs", {"Job": job | {"Stop": not is_on}})


def quiet(ground: Ground) -> None:
    switch_autoscaler(ground, is_on=False)

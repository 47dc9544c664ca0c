"""Nomad and Consul, as operators' pages and commands ask them; neither is needed to sell."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from webapp.config import Agent

if TYPE_CHECKING:
    from webapp.ops.gateway.consul_api import Consul
    from webapp.ops.gateway.nomad_api import Nomad


@dataclass(frozen=True)
class Cluster:
    nomad: "Nomad"
    consul: "Consul | None"


def connect(nomad: Agent | None, consul: Agent | None) -> Cluster | None:
    """Ready to ask, nothing asked yet; None where no Nomad is named.

    The libraries are loaded only where there is a cluster: most processes never speak to one.
    """
    if nomad is None:
        return None
    from webapp.ops.gateway.consul_api import Consul
    from webapp.ops.gateway.nomad_api import Nomad

    return Cluster(Nomad(nomad), Consul(consul) if consul else None)

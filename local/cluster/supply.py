"""What jobs are told: settings as keys of Consul, secrets as variables of Nomad, one variable for each job.

Names in capitals are settings of the application; names in small letters are files that a task writes itself.
On EC2 the same keys and variables point to RDS, ElastiCache and S3.
"""

from collections.abc import Iterable

from local.cluster.api import Api
from local.cluster.layout import NOMAD_PORT, SERVER_ADDRESS, consul_url

SETTINGS = "marquee/settings"
PUBLIC = (
    *("MARQUEE_ENV", "BASE_URL", "GATEWAY_URL", "MAIL_FROM", "ATTRIBUTION", "TRUSTED_PROXIES"),
    *("MESSAGES_PER_SECOND", "RATE_LIMITS"),
)
# SMTP_URL may hold a password.
SECRET = (
    *("DATABASE_URL", "REDIS_URL", "SMTP_URL", "SECRET_KEY"),
    *("GATEWAY_KEY", "GATEWAY_WEBHOOK_SECRET", "MAIL_WEBHOOK_SECRET"),
)


def settings(consul: Api, env: dict[str, str]) -> None:
    """What everybody may read."""
    for name in PUBLIC:
        if env.get(name):
            consul.ask("PUT", f"/v1/kv/{SETTINGS}/{name}", env[name].encode())


def secrets(nomad: Api, env: dict[str, str], jobs: Iterable[str]) -> None:
    """The application's secrets for each job that runs it."""
    items = {name: env[name] for name in SECRET if env.get(name)}
    for job in jobs:
        variable(nomad, job, items)


def variable(nomad: Api, job: str, items: dict[str, str]) -> None:
    """What only this job may read, added to what it may read already."""
    path = f"nomad/jobs/{job}"
    known = nomad.find(f"/v1/var/{path}") or {"Items": {}}
    nomad.ask("PUT", f"/v1/var/{path}", {"Path": path, "Items": known["Items"] | items})


def operator(nomad: Api, consul: Api, nomad_token: str, consul_token: str) -> dict[str, str]:
    """How a job reaches both APIs with limited rights; the authorities are files that it writes."""
    return {
        "NOMAD_ADDR": f"https://{SERVER_ADDRESS}:{NOMAD_PORT}",
        "NOMAD_TOKEN": nomad_token,
        "CONSUL_HTTP_ADDR": consul_url(),
        "CONSUL_HTTP_TOKEN": consul_token,
        "nomad_ca": nomad.authority.read_text(),
        "consul_ca": consul.authority.read_text(),
    }

"""The environment that the processes of `make run` get: what a person set wins, the rest is ours."""

import json
import os
import secrets
from pathlib import Path

from local import ports
from local.paths import ROOT, VAR, VENV

SECRETS = ("SECRET_KEY", "GATEWAY_KEY", "GATEWAY_WEBHOOK_SECRET", "MAIL_WEBHOOK_SECRET")


def keys(folder: Path) -> dict[str, str]:
    """The development secrets, made once per checkout."""
    path = folder / "secrets.json"
    known: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    missing = [name for name in SECRETS if name not in known]
    if missing:
        known |= {name: secrets.token_urlsafe(32) for name in missing}
        path.touch(mode=0o600)
        path.write_text(json.dumps(known))
    return known


def is_embedded(variable: str) -> bool:
    """Whether we provide this part ourselves."""
    return not os.environ.get(variable)


def addresses(used: set[int]) -> dict[str, str]:
    """Ports and addresses of our own processes."""
    web = ports.take("web", used, "PORT")
    live = ports.take("live", used)
    made = {"PORT": str(web), "LIVE_PORT": str(live)}
    made |= {"BASE_URL": f"http://127.0.0.1:{web}", "LIVE_URL": f"http://127.0.0.1:{live}"}
    return made | stand_ins(used, VAR)


def stand_ins(used: set[int], folder: Path) -> dict[str, str]:
    """Ports and addresses of what stands in for the mail server and the payment provider."""
    made: dict[str, str] = {}
    if is_embedded("SMTP_URL"):
        mail = ports.take("mail", used)
        made |= {
            "MAILBOX_PORT": str(mail),
            "MAILBOX_DIR": str(folder / "mail"),
            "SMTP_URL": f"smtp://127.0.0.1:{mail}",
        }
    if is_embedded("GATEWAY_URL"):
        sandbox = ports.take("sandbox", used)
        made |= {"SANDBOX_PORT": str(sandbox), "GATEWAY_URL": f"http://127.0.0.1:{sandbox}"}
    return made


def sandbox_settings(env: dict[str, str]) -> dict[str, str]:
    """What the sandbox gateway shares with the application: its keys and where to call back."""
    return {
        "SANDBOX_KEY": env["GATEWAY_KEY"],
        "SANDBOX_WEBHOOK_SECRET": env["GATEWAY_WEBHOOK_SECRET"],
        "SANDBOX_WEBHOOK_URL": f"{env['BASE_URL']}/webhooks/sandbox",
    }


def attribution() -> dict[str, str]:
    """Where the demo season's facts come from, for the foot of every page; nothing without the season."""
    if os.environ.get("MARQUEE_DEMO") == "no":
        return {}
    return {"ATTRIBUTION": (ROOT / "demo" / "attribution.txt").read_text(encoding="utf-8").strip()}


def compose(made: dict[str, str], folder: Path = VAR) -> dict[str, str]:
    """The whole environment: our defaults under what the person set, except for the ports we took."""
    defaults = {
        "MARQUEE_ENV": "development",
        "MARQUEE_SERVICE": "all",
        "MAIL_FROM": "Marquee <tickets@marquee.example>",
        "MEDIA_DIR": str(folder / "media"),
        "PYTHONUNBUFFERED": "1",
        **attribution(),
        **keys(folder),
    }
    env = {**defaults, **made, **{name: value for name, value in os.environ.items() if value}}
    env = {**sandbox_settings(env), **env}
    env["PORT"] = made["PORT"]
    env["PATH"] = os.pathsep.join([str(VENV / "bin"), os.environ.get("PATH", os.defpath)])
    return env

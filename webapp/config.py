"""Every setting of every process. The only module that reads the environment."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from webapp.services import SERVICES

Environment = Literal["development", "production", "test"]


class WrongSetting(Exception):
    """A setting is missing or cannot be used; its message is one sentence that names it."""


@dataclass(frozen=True)
class Agent:
    """The HTTP API of a Nomad or Consul agent; `authority` is the file of who signed its certificate."""

    url: str
    token: str = ""
    authority: str = ""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What a process needs to know before it starts.

    Addresses are URLs. `mailbox_dir` is where the development SMTP server keeps what it received;
    `live_url` is the origin of the live process when it does not share the pages' origin, and
    `attribution` is the line about where facts come from, shown at the foot of every page;
    `mail_webhook_secret` signs what the mail provider tells of bounces, which nobody may tell without one;
    `messages_per_second` is how many mails of messages to guests leave at most, all workers together;
    `trusted_proxies` how many reverse proxies stand before us and may say who the visitor is;
    `nomad` and `consul` are where operators see and steer the cluster, None where there is none;
    `fetch_private` lets imports fetch from this machine and network, which production never does.
    """

    environment: Environment
    service: str
    secret_key: str
    base_url: str
    database_url: str
    redis_url: str
    smtp_url: str
    mail_from: str
    media_dir: Path
    gateway_url: str
    gateway_key: str
    gateway_webhook_secret: str
    mailbox_dir: Path | None = None
    live_url: str | None = None
    version: str = "development"
    pool_size: int = 8
    trusted_proxies: int = 0
    limits: bool = True
    attribution: str = ""
    mail_webhook_secret: str = ""
    messages_per_second: int = 10
    fetch_private: bool = False
    nomad: Agent | None = None
    consul: Agent | None = None

    @property
    def https(self) -> bool:
        return self.base_url.startswith("https://")

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> "Settings":
        """Read the settings, or raise `WrongSetting` naming the first one that is wrong.

        Each name may also be given as `NAME_FILE`, the path of a file that holds the value. `SETTINGS_FILE`
        is one with many, `NAME="value"` a line; what the environment says itself wins over it.
        """
        env = os.environ if env is None else env
        read = _Reader({**_file_of(env), **env})
        environment = read.one_of("MARQUEE_ENV", ("development", "production", "test"), "development")
        production = environment == "production"
        mailbox = read.text("MAILBOX_DIR", "")
        if mailbox and production:
            raise WrongSetting(
                "MAILBOX_DIR is for development only: leave it out when MARQUEE_ENV is production."
            )
        fetch_private = read.one_of("FETCH_PRIVATE", ("on", "off"), "off") == "on"
        if fetch_private and production:
            raise WrongSetting(
                "FETCH_PRIVATE is for development only: leave it out when MARQUEE_ENV is production."
            )
        return cls(
            environment=environment,  # type: ignore[arg-type]  # one_of() gives one of the three
            service=read.one_of("MARQUEE_SERVICE", ("all", *SERVICES), "all"),
            secret_key=read.secret("SECRET_KEY"),
            base_url=read.url("BASE_URL", ("https",) if production else ("http", "https")).rstrip("/"),
            database_url=read.url("DATABASE_URL", ("postgresql", "postgres", "postgresql+psycopg")),
            redis_url=read.url("REDIS_URL", ("redis", "rediss", "unix")),
            smtp_url=read.url("SMTP_URL", ("smtp", "smtps")),
            mail_from=read.text("MAIL_FROM", "Marquee <tickets@marquee.example>"),
            media_dir=read.folder("MEDIA_DIR"),
            gateway_url=read.url("GATEWAY_URL", ("http", "https")).rstrip("/"),
            gateway_key=read.text("GATEWAY_KEY"),
            gateway_webhook_secret=read.text("GATEWAY_WEBHOOK_SECRET"),
            mailbox_dir=Path(mailbox) if mailbox else None,
            live_url=read.text("LIVE_URL", "").rstrip("/") or None,
            version=read.text("MARQUEE_VERSION", "development"),
            pool_size=read.number("DATABASE_POOL_SIZE", 8),
            trusted_proxies=read.number("TRUSTED_PROXIES", 0, least=0),
            attribution=read.text("ATTRIBUTION", ""),
            mail_webhook_secret=read.text("MAIL_WEBHOOK_SECRET", ""),
            messages_per_second=read.number("MESSAGES_PER_SECOND", 10),
            fetch_private=fetch_private,
            nomad=read.agent("NOMAD_ADDR", "NOMAD_TOKEN", "NOMAD_CACERT"),
            consul=read.agent("CONSUL_HTTP_ADDR", "CONSUL_HTTP_TOKEN", "CONSUL_CACERT"),
            limits=read.one_of("RATE_LIMITS", ("on", "off"), "on") == "on",
        )


def _file_of(env: Mapping[str, str]) -> dict[str, str]:
    """The values of the file that SETTINGS_FILE names: JSON strings, so that they may hold anything."""
    path = env.get("SETTINGS_FILE")
    if not path:
        return {}
    found = {}
    try:
        lines = Path(path).read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise WrongSetting(f"SETTINGS_FILE names {path}, which cannot be read: {error.strerror}.") from error
    for number, line in enumerate(lines, 1):
        name, _, value = line.strip().partition("=")
        if not name or name.startswith("#"):
            continue
        try:
            found[name] = str(json.loads(value))
        except ValueError as error:
            raise WrongSetting(f'SETTINGS_FILE, line {number}: write {name}="value".') from error
    return found


@dataclass(frozen=True)
class _Reader:
    env: Mapping[str, str]

    def text(self, name: str, default: str | None = None) -> str:
        value = self.env.get(name, "")
        if path := self.env.get(f"{name}_FILE"):
            try:
                value = Path(path).read_text(encoding="utf-8").strip()
            except OSError as error:
                raise WrongSetting(
                    f"{name}_FILE names {path}, which cannot be read: {error.strerror}."
                ) from error
        if value:
            return value
        if default is None:
            raise WrongSetting(f"{name} is not set.")
        return default

    def one_of(self, name: str, allowed: tuple[str, ...], default: str) -> str:
        value = self.text(name, default)
        if value not in allowed:
            raise WrongSetting(f"{name} is {value!r}; it must be one of {', '.join(allowed)}.")
        return value

    def url(self, name: str, schemes: tuple[str, ...]) -> str:
        value = self.text(name)
        try:
            parts = urlsplit(value)
            usable = parts.scheme in schemes and bool(parts.netloc or parts.path) and parts.port != 0
        except ValueError:
            usable = False
        if not usable:
            raise WrongSetting(
                f"{name} is not a usable address: it must begin with"
                f" {' or '.join(f'{scheme}://' for scheme in schemes)} and name a host."
            )
        return value

    def secret(self, name: str) -> str:
        value = self.text(name)
        if len(value) < 32:
            raise WrongSetting(f"{name} is too short: it must have at least 32 characters.")
        return value

    def number(self, name: str, default: int, *, least: int = 1) -> int:
        value = self.text(name, str(default))
        if not (value.isascii() and value.isdecimal()) or int(value) < least:
            raise WrongSetting(f"{name} is {value!r}; it must be a whole number from {least} upwards.")
        return int(value)

    def agent(self, address: str, token: str, authority: str) -> Agent | None:
        """By the names that Nomad's and Consul's own programs read."""
        if not self.text(address, ""):
            return None
        url = self.url(address, ("http", "https")).rstrip("/")
        file = self.text(authority, "")
        if file and not Path(file).is_file():
            raise WrongSetting(f"{authority} names {file}, which is no file.")
        return Agent(url, self.text(token, ""), file)

    def folder(self, name: str) -> Path:
        path = Path(self.text(name))
        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise WrongSetting(f"{name} names {path}, which cannot be used: {error.strerror}.") from error
        return path

"""What the sandbox gateway needs to know, read once."""

import os
from collections.abc import Mapping
from dataclasses import dataclass


class WrongSetting(Exception):
    """A setting is missing or wrong; the message is one sentence that names it."""


@dataclass(frozen=True)
class Settings:
    database_url: str
    key: str
    webhook_secret: str
    webhook_url: str
    host: str
    port: int

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> "Settings":
        def needed(name: str) -> str:
            if not env.get(name):
                raise WrongSetting(f"{name} is not set.")
            return env[name]

        port = env.get("SANDBOX_PORT", "8010")
        if not port.isdecimal() or not 0 < int(port) < 65_536:
            raise WrongSetting(f"SANDBOX_PORT is {port!r}; it must be a port number.")
        return cls(
            database_url=needed("SANDBOX_DATABASE_URL"),
            key=needed("SANDBOX_KEY"),
            webhook_secret=needed("SANDBOX_WEBHOOK_SECRET"),
            webhook_url=needed("SANDBOX_WEBHOOK_URL"),
            host=env.get("SANDBOX_HOST", "127.0.0.1"),
            port=int(port),
        )

"""Looks at the settings before anything starts: a wrong one is one sentence, not five tracebacks."""

import subprocess
import sys

import psycopg
import redis

from local.paths import ROOT
from local.problem import Problem

READ = """
from webapp.config import Settings, WrongSetting
try:
    Settings.from_env()
except WrongSetting as wrong:
    exit(str(wrong))
"""


def database(name: str, address: str) -> None:
    """A Problem when no PostgreSQL answers there."""
    try:
        with psycopg.connect(address.replace("postgresql+psycopg:", "postgresql:"), connect_timeout=5):
            return
    except psycopg.Error as error:
        # Hints of the driver's are indented and stand after what happened.
        reason = [line for line in str(error).strip().splitlines() if line[:1].strip()][-1]
    raise Problem(f"{name} names a PostgreSQL database that cannot be used: {reason}")


def cache(address: str) -> None:
    """A Problem when no Redis answers there."""
    try:
        client = redis.Redis.from_url(address, socket_connect_timeout=5, socket_timeout=5)
        with client:
            client.ping()
    except (redis.RedisError, ValueError) as error:
        raise Problem(f"REDIS_URL names a Redis that cannot be used: {error}") from None


def settings(env: dict[str, str]) -> None:
    """The application's own reading of its settings first, then whether the servers answer."""
    if env.get("MARQUEE_DEMO", "yes") not in ("yes", "no"):
        raise Problem(f"MARQUEE_DEMO is {env['MARQUEE_DEMO']!r}; it must be yes or no.")
    done = subprocess.run(
        [sys.executable, "-c", READ], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise Problem(done.stderr.strip().splitlines()[-1])
    database("DATABASE_URL", env["DATABASE_URL"])
    if "SANDBOX_PORT" in env:
        if "SANDBOX_DATABASE_URL" not in env:
            raise Problem(
                "DATABASE_URL is set but SANDBOX_DATABASE_URL is not: give the sandbox gateway an empty "
                "database of its own, or set GATEWAY_URL."
            )
        database("SANDBOX_DATABASE_URL", env["SANDBOX_DATABASE_URL"])
    cache(env["REDIS_URL"])

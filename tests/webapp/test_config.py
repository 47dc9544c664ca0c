import subprocess
import sys
from pathlib import Path

import pytest

from webapp.config import Settings, WrongSetting


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    return {
        "SECRET_KEY": "not-a-secret-only-for-this-test-0123456789",
        "BASE_URL": "http://127.0.0.1:8000",
        "DATABASE_URL": "postgresql://marquee@127.0.0.1/marquee",
        "REDIS_URL": "redis://127.0.0.1:6379/0",
        "SMTP_URL": "smtp://127.0.0.1:2525",
        "MEDIA_DIR": str(tmp_path / "media"),
        "GATEWAY_URL": "http://127.0.0.1:8010",
        "GATEWAY_KEY": "key",
        "GATEWAY_WEBHOOK_SECRET": "secret",
    }


def test_settings_are_read_once_from_the_environment(env: dict[str, str]) -> None:
    settings = Settings.from_env({**env, "MARQUEE_SERVICE": "catalog", "TRUSTED_PROXIES": "1"})
    assert (settings.service, settings.trusted_proxies, settings.https) == ("catalog", 1, False)


@pytest.mark.parametrize(
    "name", ["SECRET_KEY", "BASE_URL", "DATABASE_URL", "REDIS_URL", "SMTP_URL", "MEDIA_DIR"]
)
def test_a_missing_setting_is_named(env: dict[str, str], name: str) -> None:
    del env[name]
    with pytest.raises(WrongSetting, match=f"^{name} is not set.$"):
        Settings.from_env(env)


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        (
            "DATABASE_URL",
            "mysql://x/y",
            "DATABASE_URL is not a usable address: it must begin with postgresql://",
        ),
        ("BASE_URL", "127.0.0.1:8000", "BASE_URL is not a usable address"),
        ("REDIS_URL", "http://x", "REDIS_URL is not a usable address"),
        ("SECRET_KEY", "short", "SECRET_KEY is too short: it must have at least 32 characters."),
        (
            "MARQUEE_ENV",
            "staging",
            "MARQUEE_ENV is 'staging'; it must be one of development, production, test.",
        ),
        ("MARQUEE_SERVICE", "web", "MARQUEE_SERVICE is 'web'; it must be one of all, auth"),
        ("DATABASE_POOL_SIZE", "0", "DATABASE_POOL_SIZE is '0'; it must be a whole number from 1 upwards."),
        ("MEDIA_DIR", "/proc/nowhere", "MEDIA_DIR names /proc/nowhere, which cannot be used"),
    ],
)
def test_a_wrong_setting_is_named_with_what_would_be_right(
    env: dict[str, str], name: str, value: str, sentence: str
) -> None:
    with pytest.raises(WrongSetting) as wrong:
        Settings.from_env({**env, name: value})
    assert str(wrong.value).startswith(sentence)


def test_a_secret_may_come_from_a_file(env: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "key").write_text("from-a-file-0123456789-0123456789-0123\n")
    del env["SECRET_KEY"]
    assert Settings.from_env({**env, "SECRET_KEY_FILE": str(tmp_path / "key")}).secret_key.startswith(
        "from-a-file"
    )


def test_production_knows_no_development_mailbox(env: dict[str, str]) -> None:
    production = {**env, "MARQUEE_ENV": "production", "BASE_URL": "https://tickets.example"}
    with pytest.raises(WrongSetting, match="MAILBOX_DIR is for development only"):
        Settings.from_env({**production, "MAILBOX_DIR": "var/mail"})


def test_a_server_ends_when_a_setting_is_missing(env: dict[str, str]) -> None:
    del env["SECRET_KEY"]
    server = [sys.executable, "-m", "gunicorn", "wsgi:app", "--bind", "127.0.0.1:0", "--no-control-socket"]

    ended = subprocess.run(server, env=env, capture_output=True, text=True, timeout=30, check=False)

    assert ended.returncode == 4
    assert ended.stderr.count("Marquee cannot start: SECRET_KEY is not set.") == 1


def test_one_file_may_hold_many_settings_and_the_environment_wins(
    env: dict[str, str], tmp_path: Path
) -> None:
    file = tmp_path / "settings"
    file.write_text('\n# from Consul\nSMTP_URL="smtp://mail.example:25"\nBASE_URL="https://other.example"\n')
    del env["SMTP_URL"]
    settings = Settings.from_env({**env, "SETTINGS_FILE": str(file)})
    assert settings.smtp_url == "smtp://mail.example:25"
    assert settings.base_url == env["BASE_URL"]


def test_a_line_of_the_file_that_is_none_is_named(env: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "settings"
    file.write_text('SMTP_URL="smtp://mail.example"\nBASE_URL=https://other.example\n')
    with pytest.raises(WrongSetting, match=r'SETTINGS_FILE, line 2: write BASE_URL="value"'):
        Settings.from_env({**env, "SETTINGS_FILE": str(file)})

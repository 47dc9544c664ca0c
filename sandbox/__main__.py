"""`python -m sandbox`: the sandbox payment gateway on its own port."""

import os
import sys

from sandbox.settings import Settings, WrongSetting


def main() -> None:
    try:
        settings = Settings.from_env()
    except WrongSetting as wrong:
        sys.exit(f"The sandbox gateway cannot start: {wrong}")
    os.execv(  # noqa: S606  # becomes the server, so that whoever started us stops it
        sys.executable,
        [
            *(
                sys.executable,
                "-m",
                "gunicorn",
                "sandbox.wsgi:app",
                "--bind",
                f"{settings.host}:{settings.port}",
            ),
            *("--worker-class", "gthread", "--workers", "1", "--threads", "16", "--keep-alive", "30"),
            *("--graceful-timeout", "3", "--no-control-socket", "--log-level", "warning"),
        ],
    )


if __name__ == "__main__":
    main()

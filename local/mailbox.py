"""The development mailbox: takes every mail and keeps it as a file, sends none. `python -m local.mailbox`."""

import asyncio
import os
import secrets
import signal
import sys
from collections import deque
from datetime import UTC, datetime
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

LARGEST = 20 * 1024 * 1024
MOST_KEPT = 1000


class Keeping:
    """What aiosmtpd asks for each mail: one file per mail, named by its time so that they sort."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.kept = deque(sorted(folder.glob("*.eml")))

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: ARG002, N802
        """Writes the mail as it came, with its envelope in front."""
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{secrets.token_hex(4)}.eml"
        heading = (
            f"X-Envelope-From: {envelope.mail_from}\r\nX-Envelope-To: {', '.join(envelope.rcpt_tos)}\r\n"
        )
        content = envelope.content or b""
        body = content if isinstance(content, bytes) else content.encode()
        # Renamed when whole, so that the mailbox page never shows half a mail.
        growing = self.folder / f".{name}"
        growing.write_bytes(heading.encode() + body)
        self.kept.append(growing.rename(self.folder / name))
        self.forget_oldest()
        return "250 Kept in the development mailbox"

    def forget_oldest(self) -> None:
        """A benchmark sends thousands of mails; nobody reads the first ones."""
        while len(self.kept) > MOST_KEPT:
            self.kept.popleft().unlink(missing_ok=True)


async def serve(folder: Path, port: int) -> None:
    """Takes mail until the process is told to end."""
    keeping = Keeping(folder)
    loop = asyncio.get_running_loop()
    ending = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ending.set)

    def conversation() -> SMTP:
        return SMTP(keeping, data_size_limit=LARGEST, enable_SMTPUTF8=True, ident="Marquee mailbox")

    server = await loop.create_server(conversation, "127.0.0.1", port)
    async with server:
        await ending.wait()


def main() -> int:
    """Reads MAILBOX_DIR and MAILBOX_PORT."""
    folder, port = os.environ.get("MAILBOX_DIR", ""), os.environ.get("MAILBOX_PORT", "")
    if not folder or not port.isdecimal():
        print(
            "MAILBOX_DIR and MAILBOX_PORT say where mail is kept and on which port it comes in.",
            file=sys.stderr,
        )
        return 1
    asyncio.run(serve(Path(folder), int(port)))
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The network between the processes and PostgreSQL: `python -m tests.chaos.wire LISTEN_PORT TARGET_PORT`.

SIGUSR1 breaks every line and refuses new ones, SIGUSR2 heals; stopped by SIGSTOP, nothing moves.
"""

import asyncio
import contextlib
import signal
import sys


class Wire:
    def __init__(self, target: int) -> None:
        self.target = target
        self.is_cut = False
        self.lines: set[asyncio.StreamWriter] = set()

    def cut(self) -> None:
        self.is_cut = True
        for line in self.lines:
            line.transport.abort()

    def heal(self) -> None:
        self.is_cut = False

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One line, until either end closes it."""
        if self.is_cut:
            writer.transport.abort()
            return
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.transport.abort()
            return
        self.lines |= {writer, far_writer}
        await asyncio.gather(_pump(reader, far_writer), _pump(far_reader, writer))
        self.lines -= {writer, far_writer}


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(1 << 16):
            writer.write(data)
            await writer.drain()
    with contextlib.suppress(OSError, RuntimeError):
        writer.close()


async def main(port: int, target: int) -> None:
    wire = Wire(target)
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGUSR1, wire.cut)
    loop.add_signal_handler(signal.SIGUSR2, wire.heal)
    server = await asyncio.start_server(wire.carry, "127.0.0.1", port)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(*map(int, sys.argv[1:3])))

"""A guest without a browser: keep-alive connections and cookies, lean enough to have fifty on one core."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def location(self) -> str:
        return self.headers.get("location", "")


@dataclass
class Browser:
    """Speaks HTTP/1.1 to any number of hosts; `address` is what a proxy would say that it is."""

    base: str
    address: str
    cookies: dict[str, str] = field(default_factory=dict)
    lines: dict[str, tuple[asyncio.StreamReader, asyncio.StreamWriter]] = field(default_factory=dict)

    async def get(self, url: str, *, fragment: bool = False) -> Answer:
        """As htmx asks for a part of a page, with `fragment`."""
        return await self._ask("GET", url, b"", ["HX-Request: true"] if fragment else [])

    async def post(self, url: str, form: Mapping[str, str | list[str]]) -> Answer:
        """A list is a field that comes several times."""
        body = urlencode(form, doseq=True).encode()
        more = ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
        return await self._ask("POST", url, body, more)

    def close(self) -> None:
        for _, writer in self.lines.values():
            writer.close()
        self.lines.clear()

    async def _ask(self, method: str, url: str, body: bytes, more: list[str]) -> Answer:
        parts = urlsplit(url if "://" in url else self.base + url)
        reader, writer = await self._line(parts.netloc)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        writer.write(self._head(method, path, parts.netloc, more) + body)
        answer = await _read(reader)
        if parts.netloc == urlsplit(self.base).netloc:
            self._keep_cookie(answer)
        if answer.headers.get("connection", "").lower() == "close":
            self.lines.pop(parts.netloc)[1].close()
        return answer

    async def _line(self, host: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if host not in self.lines:
            name, port = host.split(":")
            self.lines[host] = await asyncio.open_connection(name, int(port), limit=1 << 20)
        return self.lines[host]

    def _head(self, method: str, path: str, host: str, more: list[str]) -> bytes:
        lines = [
            f"{method} {path} HTTP/1.1",
            f"Host: {host}",
            f"X-Forwarded-For: {self.address}",
            "X-Forwarded-Proto: http",
            f"X-Forwarded-Host: {host}",
            "Sec-Fetch-Site: same-origin",
            "Accept: text/html",
            *more,
        ]
        if self.cookies:
            lines.append("Cookie: " + "; ".join(f"{name}={value}" for name, value in self.cookies.items()))
        return ("\r\n".join(lines) + "\r\n\r\n").encode()

    def _keep_cookie(self, answer: Answer) -> None:
        for cookie in filter(None, answer.headers.get("set-cookie", "").split("\n")):
            name, _, value = cookie.split(";")[0].partition("=")
            self.cookies[name] = value


async def _read(reader: asyncio.StreamReader) -> Answer:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers: dict[str, str] = {}
    for line in filter(None, head[1:]):
        name, _, value = line.partition(": ")
        name = name.lower()
        headers[name] = f"{headers[name]}\n{value}" if name in headers else value
    status = int(head[0].split()[1])
    if status in (204, 304):
        return Answer(status, headers, b"")
    if headers.get("transfer-encoding") == "chunked":
        return Answer(status, headers, await _chunks(reader))
    return Answer(status, headers, await reader.readexactly(int(headers.get("content-length", "0"))))


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    body = b""
    while length := int(await reader.readline(), 16):
        body += await reader.readexactly(length)
        await reader.readline()
    await reader.readline()
    return body

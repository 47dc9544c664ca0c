"""The load counts honestly: what nginx takes back is sent again, what it cuts is a failure."""

import asyncio
import contextlib
import signal
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from bench.browser import Answer
from local import ports
from local.cluster.programs import nginx
from tests.cluster.crowd import Http2Browser
from tests.cluster.ledger import Ledger
from webapp.core import clock

CONFIGURATION = """
worker_processes 1; daemon off; pid {folder}/pid; error_log stderr;
events {{}}
http {{
  access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  server {{
    listen 127.0.0.1:{port} ssl; http2 on; keepalive_timeout 75s;
    ssl_certificate {folder}/certificate.pem; ssl_certificate_key {folder}/key.pem;
    location / {{ proxy_pass http://127.0.0.1:{behind}; }}
    location /nobody {{ proxy_pass http://127.0.0.1:9; }}
  }}
}}
"""


class Slow(BaseHTTPRequestHandler):
    """Answers after half a second, so that something is on its way when the server changes."""

    def do_GET(self) -> None:
        time.sleep(0.5)
        # Whoever asked may be gone: that is what is tried here.
        with contextlib.suppress(BrokenPipeError):
            self.send_response(200)
            self.send_header("Content-Length", "4")
            self.end_headers()
            self.wfile.write(b"slow")

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


@dataclass
class Way:
    """An nginx that runs, and the certificate it is known by."""

    base: str
    process: subprocess.Popen[bytes]
    tls: ssl.SSLContext

    def browser(self, ledger: Ledger) -> Http2Browser:
        return Http2Browser(self.base, "127.0.0.1", tls=self.tls, ledger=ledger)


@pytest.fixture
def way(tmp_path: Path) -> Iterator[Way]:
    behind = ThreadingHTTPServer(("127.0.0.1", 0), Slow)
    threading.Thread(target=behind.serve_forever, daemon=True).start()
    _certify(tmp_path)
    port = ports.any_free()
    written = CONFIGURATION.format(folder=tmp_path, port=port, behind=behind.server_port)
    (tmp_path / "nginx.conf").write_text(written)
    command = [str(nginx()), "-p", str(tmp_path), "-e", "stderr", "-c", str(tmp_path / "nginx.conf")]
    tls = ssl.create_default_context(cafile=tmp_path / "certificate.pem")
    tls.set_alpn_protocols(["h2"])
    with subprocess.Popen(command) as process:
        _until_open(port)
        yield Way(f"https://127.0.0.1:{port}", process, tls)
        # A master that is killed would leave its workers to nobody.
        process.terminate()
    behind.shutdown()
    behind.server_close()


def _certify(folder: Path) -> None:
    """A certificate for this machine, signed by itself, and its key."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name.from_rfc4514_string("CN=127.0.0.1")
    now, number = clock.now(), x509.random_serial_number()
    made = x509.CertificateBuilder(name, name, key.public_key(), number, now, now + timedelta(days=1))
    here = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    signed = made.add_extension(here, critical=False).sign(key, hashes.SHA256())
    pem, plain = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    (folder / "certificate.pem").write_bytes(signed.public_bytes(pem))
    (folder / "key.pem").write_bytes(key.private_bytes(pem, plain, serialization.NoEncryption()))


def _until_open(port: int) -> None:
    deadline = time.monotonic() + 10
    while ports.is_free(port, "127.0.0.1") and time.monotonic() < deadline:
        time.sleep(0.05)


async def _two_at_once(way: Way, ledger: Ledger, harm: signal.Signals) -> list[Answer | BaseException]:
    """A request on a connection that was used before; while it is on its way something is done to nginx."""
    browser = way.browser(ledger)
    await browser.get("/before")
    asked = [asyncio.create_task(browser.get(f"/{number}")) for number in range(2)]
    await asyncio.sleep(0.2)
    way.process.send_signal(harm)
    await asyncio.sleep(0.1)
    asked.append(asyncio.create_task(browser.get("/after")))
    answers = await asyncio.gather(*asked, return_exceptions=True)
    browser.close()
    return answers


def test_answers_on_their_way_arrive_although_nginx_said_goodbye(way: Way) -> None:
    ledger = Ledger()

    answers = asyncio.run(_two_at_once(way, ledger, signal.SIGHUP))

    assert [getattr(answer, "status", answer) for answer in answers] == [200, 200, 200]
    assert (len(ledger.requests), ledger.failed) == (4, [])


def test_requests_that_were_cut_are_counted_as_failed(way: Way) -> None:
    ledger = Ledger()

    asyncio.run(_two_at_once(way, ledger, signal.SIGTERM))

    assert len(ledger.requests) == 4
    assert len(ledger.failed) == 3, ledger.reasons()


def test_an_answer_that_no_guest_should_see_is_a_failure(way: Way) -> None:
    ledger = Ledger()

    answer = asyncio.run(_one(way, ledger, "/nobody"))

    assert (answer.status, ledger.failures("GET")) == (502, 1)
    assert ledger.reasons() == ["1 x GET /nobody: answered 502"]


async def _one(way: Way, ledger: Ledger, path: str) -> Answer:
    browser = way.browser(ledger)
    try:
        return await browser.get(path)
    finally:
        browser.close()

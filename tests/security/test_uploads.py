"""Pictures are bounded, made anew by us, and carry nothing along."""

import io
import struct
import zlib

import pytest
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.test import TestResponse

from tests.security.scene import Scene
from webapp.catalog.models import Event

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def picture(size: tuple[int, int] = (800, 600), kind: str = "JPEG", **saved: object) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", size, "teal").save(made, kind, **saved)
    return made.getvalue()


def bomb() -> bytes:
    """A PNG of a few hundred bytes that says it has 900 million pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0" * 9_000))
        + chunk(b"IEND", b"")
    )


def upload(browser: FlaskClient, scene: Scene, content: bytes, name: str = "poster.jpg") -> TestResponse:
    return browser.post(
        f"/staff/{scene.values['organizer']}/events/{scene.values['event_id']}/picture",
        data={"picture": (io.BytesIO(content), name)},
    )


def kept(scene: Scene) -> str | None:
    with scene.database.reading() as db:
        return db.get_one(Event, scene.values["event_id"]).image


def served(scene: Scene) -> TestResponse:
    return scene.browser("nobody").get(f"/media/{kept(scene)}")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_a_picture_is_made_anew_and_shown(scene: Scene, kind: str) -> None:
    answer = upload(scene.browser("alice"), scene, picture(kind=kind))

    assert answer.status_code == 303
    shown = served(scene)
    assert (shown.status_code, shown.mimetype) == (200, "image/webp")
    assert shown.data != picture(kind=kind)


def test_a_large_picture_is_made_smaller(scene: Scene) -> None:
    upload(scene.browser("alice"), scene, picture((4000, 3000)))

    assert max(Image.open(io.BytesIO(served(scene).data)).size) == 1600


def test_where_and_with_what_it_was_taken_is_left_out(scene: Scene) -> None:
    facts = Image.Exif()
    facts[0x010F] = "Secret Camera Maker"
    content = picture(exif=facts.tobytes()) + b"<?php echo 'appended'; ?>"

    upload(scene.browser("alice"), scene, content)

    shown = served(scene).data
    assert b"Secret Camera Maker" not in shown
    assert b"appended" not in shown
    assert not Image.open(io.BytesIO(shown)).getexif()


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "empty.jpg"),
        (b"GIF89a" + b"\0" * 50, "torn.gif"),
        (picture()[:400], "half.jpg"),
        (SVG, "drawing.svg"),
        (SVG, "drawing.png"),
        (b"<html><script>alert(1)</script>", "page.jpg"),
        (b"%PDF-1.7", "paper.pdf"),
        (picture(kind="BMP"), "old.bmp"),
        (b"\0" * 1000, "../../../etc/passwd"),
    ],
    ids=["empty", "torn", "half", "svg", "svg named png", "html", "pdf", "bmp", "path"],
)
def test_what_is_no_picture_is_refused_and_nothing_is_kept(scene: Scene, content: bytes, name: str) -> None:
    answer = upload(scene.browser("alice"), scene, content, name)

    assert answer.status_code == (303 if not content else 422)
    assert kept(scene) is None


@pytest.mark.parametrize("content", [bomb(), picture((8000, 5001), "PNG")], ids=["bomb", "large"])
def test_too_many_pixels_are_called_by_their_name(scene: Scene, content: bytes) -> None:
    answer = upload(scene.browser("alice"), scene, content, "poster.png")

    assert (answer.status_code, "too many pixels" in answer.text) == (422, True)
    assert kept(scene) is None


def test_a_file_larger_than_any_picture_is_refused(scene: Scene) -> None:
    answer = upload(scene.browser("alice"), scene, b"\xff\xd8" + b"x" * 8_100_000)

    assert answer.status_code == 413
    assert "up to 8 MB" in answer.text


def test_what_is_served_runs_nothing(scene: Scene) -> None:
    upload(scene.browser("alice"), scene, picture())

    headers = served(scene).headers
    assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "name", ["../wsgi.py", "..%2f..%2fwsgi.py", "a" * 40, "a" * 40 + ".svg/x", ".env", "%00.png"]
)
def test_no_other_file_is_served(scene: Scene, name: str) -> None:
    assert scene.browser("nobody").get(f"/media/{name}").status_code == 404


@pytest.mark.parametrize("name", ["../wsgi.py", "..%2fwsgi.py", "%2e%2e/wsgi.py", "css/../../wsgi.py"])
def test_no_file_beside_the_static_ones_is_served(scene: Scene, name: str) -> None:
    assert scene.browser("nobody").get(f"/static/0/{name}").status_code == 404

"""Files of `static/`: an address for each content, kept for a year, compressed, and named when missing."""

import base64
import gzip
import hashlib
from collections.abc import Callable
from pathlib import Path

import brotli
import pytest
from flask import Flask
from flask.testing import FlaskClient

from webapp.core.assets import ROOT, Assets, MissingAsset


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "css").mkdir()
    (tmp_path / "css" / "base.css").write_text("body { margin: 0 }\n" * 40)
    return tmp_path


@pytest.fixture
def url(app: Flask) -> str:
    return str(app.jinja_env.globals["asset"]("css/site.css"))


def test_the_address_changes_with_the_content(folder: Path) -> None:
    before = Assets(folder).url("css/base.css")
    (folder / "css" / "base.css").write_text("body { margin: 1px }")
    assert Assets(folder).url("css/base.css") != before


def test_the_address_stays_while_the_content_stays(folder: Path) -> None:
    assert Assets(folder).url("css/base.css") == Assets(folder).url("css/base.css")


def test_a_file_beside_keeps_its_relative_address() -> None:
    assets = Assets(ROOT)
    address = assets.url("css/site.css").rsplit("/", 1)[0]
    assert f"{address}/../vendor/archivo-narrow-latin.woff2".replace("css/../", "") == assets.url(
        "vendor/archivo-narrow-latin.woff2"
    )


def test_a_missing_file_is_named_with_what_to_do(folder: Path) -> None:
    with pytest.raises(MissingAsset, match=r"static/vendor/htmx\.min\.js is not there: run `make run`"):
        Assets(folder).url("vendor/htmx.min.js")


def test_integrity_is_of_what_is_sent(client: FlaskClient, app: Flask) -> None:
    answered = client.get(app.jinja_env.globals["asset"]("js/site.js")).data
    said = base64.b64encode(hashlib.sha384(answered).digest()).decode()
    assert app.jinja_env.globals["integrity"]("js/site.js") == f"sha384-{said}"


def test_browsers_keep_files_for_a_year(client: FlaskClient, url: str) -> None:
    assert client.get(url).headers["Cache-Control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize(
    ("accepted", "encoding", "unpack"),
    [("gzip, deflate, br", "br", brotli.decompress), ("gzip, br;q=0", "gzip", gzip.decompress)],
)
def test_a_browser_that_can_gets_it_as_small_as_it_reads(
    client: FlaskClient, url: str, accepted: str, encoding: str, unpack: Callable[[bytes], bytes]
) -> None:
    packed = client.get(url, headers={"Accept-Encoding": accepted})
    assert packed.headers["Content-Encoding"] == encoding
    assert unpack(packed.data) == client.get(url).data


def test_one_that_cannot_gets_it_plain(client: FlaskClient, url: str) -> None:
    assert "Content-Encoding" not in client.get(url).headers


def test_fonts_are_not_compressed_twice(client: FlaskClient, app: Flask) -> None:
    font = app.jinja_env.globals["asset"]("vendor/archivo-narrow-latin.woff2")
    answer = client.get(font, headers={"Accept-Encoding": "gzip"})
    assert (answer.mimetype, answer.headers.get("Content-Encoding")) == ("font/woff2", None)


def test_the_style_sheet_holds_its_layers_in_order(client: FlaskClient, url: str) -> None:
    text = client.get(url).text
    places = [text.index(f"@layer {layer}{{") for layer in ("tokens", "base", "components", "pages")]
    assert places == sorted(places)


def test_what_is_not_there_is_not_found(client: FlaskClient) -> None:
    assert client.get("/static/000000000000/css/nothing.css").status_code == 404


def test_no_path_leads_out_of_the_folder(client: FlaskClient) -> None:
    assert client.get("/static/000000000000/../wsgi.py").status_code == 404


def test_a_first_visit_carries_little_before_its_page(client: FlaskClient, app: Flask) -> None:
    asset = app.jinja_env.globals["asset"]
    every_page = (
        "css/site.css",
        "vendor/archivo-narrow-latin.woff2",
        "js/site.js",
        "img/sprite.svg",
        "img/icon.svg",
    )
    sizes = {
        name: len(client.get(asset(name), headers={"Accept-Encoding": "gzip"}).data) for name in every_page
    }
    assert sum(sizes.values()) <= 51_500, sizes

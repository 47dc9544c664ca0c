"""The files of `static/`, each named by its content, as pages and mails refer to them.

All addresses carry one hash of the whole folder, so that a style sheet may name a font beside it.
"""

import base64
import gzip
import hashlib
import mimetypes
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import brotli

ROOT = Path(__file__).parents[2] / "static"
SUFFIXES = {".css", ".js", ".svg", ".woff2", ".png", ".ico", ".webmanifest", ".txt"}
COMPRESSIBLE = {".css", ".js", ".svg", ".webmanifest"}
# As HTTP names them, the smallest first.
ENCODINGS: Mapping[str, Callable[[bytes, int], bytes]] = {
    "br": lambda body, effort: brotli.compress(body, quality=effort),
    "gzip": lambda body, effort: gzip.compress(body, min(effort, 9), mtime=0),
}
# One request for what every page needs: the layers in the order that tokens.css fixes, then the scripts.
LAYERS = ("css/tokens.css", "css/base.css", "css/components.css", "css/pages.css")
OURS = ("js/page.js", "js/picker.js", "js/countdown.js", "js/live.js")
BUNDLES = {
    "css/site.css": LAYERS,
    "css/staff-site.css": (*LAYERS, "css/staff.css"),
    "css/seats-site.css": (*LAYERS, "css/seats.css"),
    "css/staff-seats-site.css": (*LAYERS, "css/staff.css", "css/seats.css"),
    "css/designer-site.css": (*LAYERS, "css/staff.css", "css/seats.css", "css/designer.css"),
    "css/wall-site.css": (*LAYERS, "css/staff.css", "css/wall.css"),
    "css/door-site.css": (*LAYERS, "css/door.css"),
    "js/site.js": ("vendor/htmx.min.js", "vendor/sse.js", *OURS),
}


@dataclass(frozen=True)
class Asset:
    """One file as it is answered; one that somebody waits for is compressed with less `effort`."""

    body: bytes
    mimetype: str
    suffix: str
    effort: int = 11

    @cached_property
    def encoded(self) -> Mapping[str, bytes]:
        """The body in each encoding, the smallest first; empty for what is small already."""
        compress = ENCODINGS if self.suffix in COMPRESSIBLE else {}
        return {encoding: pack(self.body, self.effort) for encoding, pack in compress.items()}

    @cached_property
    def integrity(self) -> str:
        return "sha384-" + base64.b64encode(hashlib.sha384(self.body).digest()).decode()


class MissingAsset(Exception):
    """A template names a file that `static/` does not have."""


class Assets:
    """What `static/` holds; read once, since it does not change while a process lives."""

    def __init__(self, root: Path) -> None:
        self._assets = {
            str(path.relative_to(root)): _read(path)
            for path in sorted(root.rglob("*"))
            if path.is_file() and path.suffix in SUFFIXES
        }
        for name, parts in BUNDLES.items():
            if all(part in self._assets for part in parts):
                first = self._assets[parts[0]]
                body = b"\n".join(_spare(part, self._assets[part].body) for part in parts)
                self._assets[name] = Asset(body, first.mimetype, first.suffix)
        said = hashlib.sha256()
        for name, asset in sorted(self._assets.items()):
            said.update(name.encode() + asset.body)
        self.version = said.hexdigest()[:12]

    def __getitem__(self, name: str) -> Asset:
        if name not in self._assets:
            raise MissingAsset(
                f"static/{name} is not there: run `make run` or `make test` once, which fill it."
            )
        return self._assets[name]

    def __contains__(self, name: str) -> bool:
        return name in self._assets

    def url(self, name: str) -> str:
        """The address of a file that is there; raises MissingAsset for one that is not."""
        self[name]  # raises when it is missing
        return f"/static/{self.version}/{name}"


def _spare(name: str, source: bytes) -> bytes:
    """Without comments and indents, which are for us; what others wrote stays as they wrote it."""
    if name.startswith("vendor/"):
        return source
    without = re.sub(rb"/\*.*?\*/|^\s*//[^\n]*$", b"", source, flags=re.DOTALL | re.MULTILINE)
    without = re.sub(rb"\n\s*", b"\n", without)
    if not name.endswith(".css"):
        return without
    return re.sub(rb"([:,]) +", rb"\1", re.sub(rb"\s*([{};])\s*", rb"\1", without)).replace(b";}", b"}")


def _read(path: Path) -> Asset:
    kind = "font/woff2" if path.suffix == ".woff2" else mimetypes.guess_type(path.name)[0]
    return Asset(path.read_bytes(), kind or "application/octet-stream", path.suffix)

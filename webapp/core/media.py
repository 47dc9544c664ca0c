"""Immutable files named by their content: posters, pictures."""

import hashlib
import tempfile
from pathlib import Path

from webapp.core.errors import NotFound


class Media:
    """A folder of files that never change. A name such as `ab12….svg` is the file's SHA-256."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, content: bytes, suffix: str) -> str:
        """Store `content` and return its name; storing the same twice is one file."""
        name = hashlib.sha256(content).hexdigest()[:40] + suffix
        target = self._path(name)
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            # Written beside and renamed, so that a reader never sees half a file.
            with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as draft:
                draft.write(content)
            Path(draft.name).chmod(0o644)
            Path(draft.name).replace(target)
        return name

    def path(self, name: str) -> Path:
        """Where the file lies; raises NotFound for a name that is not one of ours."""
        stem, _, suffix = name.partition(".")
        target = self._path(name)
        if len(stem) != 40 or not stem.isalnum() or not suffix.isalnum() or not target.is_file():
            raise NotFound("There is no such picture.")
        return target

    def _path(self, name: str) -> Path:
        return self.folder / name[:2] / name

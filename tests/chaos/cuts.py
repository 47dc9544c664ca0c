"""Guards cut out of the code, in this process only: nothing in the product has a switch for it."""

import inspect
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from types import FunctionType
from typing import Any

import pytest
from sqlalchemy import TextClause, text


@dataclass(frozen=True)
class Cut:
    """The function or statement `name` of `where`, a module or class, with pieces of its text replaced.

    A piece that is not there any more is an error, so that a control cannot outlive what it controls.
    """

    where: Any
    name: str
    pieces: Mapping[str, str]

    def patch(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A function stays the same object and gets other code, so whoever refers to it runs that."""
        whole = getattr(self.where, self.name)
        if isinstance(whole, TextClause):
            less = text(self._without(whole.text)).bindparams(*whole._bindparams.values())
            monkeypatch.setattr(self.where, self.name, less)
            return
        made: dict[str, FunctionType] = {}
        source = self._without(textwrap.dedent(inspect.getsource(whole)))
        exec(source, whole.__globals__, made)  # nosec B102  # our own text, less a guard
        monkeypatch.setattr(whole, "__code__", made[self.name].__code__)

    def _without(self, source: str) -> str:
        for piece, instead in self.pieces.items():
            assert piece in source, f"{self.name} has no {piece!r} any more"
            source = source.replace(piece, instead)
        return source

"""What a step on the drawing board changed, in values that the history shows."""

from typing import Any


def changed(before: dict[str, Any], after: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The parts of a kept design that differ, each by its name, as they were and as they are."""
    old, new = _parts(before), _parts(after)
    names = [name for name in {**old, **new} if old.get(name) != new.get(name)]
    return {name: old.get(name) for name in names}, {name: new.get(name) for name in names}


def _parts(design: dict[str, Any]) -> dict[str, Any]:
    parts = {"name": design["name"], "Stage": design.get("stage") is not None}
    parts |= {f"Stage, {name}": _said(value) for name, value in (design.get("stage") or {}).items()}
    parts |= {f"Word “{one['text']}”": _said(one) for one in design.get("label", ())}
    for section in design.get("section", ()):
        parts |= {f"{section['name']}, {name}": _said(value) for name, value in section.items()}
    known = set(design) - {"name", "stage", "label", "section", "form"}
    return parts | {name: _said(design[name]) for name in sorted(known)}


def _said(value: Any) -> Any:
    """A value as one line; rows that are listed are only counted."""
    if isinstance(value, dict):
        return ", ".join(f"{name} {_said(one)}" for name, one in value.items() if name != "text")
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return f"{len(value)} listed"
    return value

"""What a benchmark found, printed and kept as `bench/results/<name>.json`."""

import json
import subprocess
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

FOLDER = Path(__file__).parent / "results"


@dataclass(frozen=True)
class Result:
    """`value` and `limit` share a unit; `ratio` is 1 or more where the goal is reached."""

    name: str
    value: float
    unit: str
    limit: float
    limit_name: str
    ratio: float
    p95_ms: float | None = None
    errors: int = 0

    def keep(self) -> None:
        """Write the row and say it."""
        row = {**asdict(self), "commit": _commit(), "at": datetime.now(UTC).isoformat(timespec="seconds")}
        FOLDER.mkdir(exist_ok=True)
        (FOLDER / f"{self.name}.json").write_text(json.dumps(row, indent=2) + "\n")
        p95 = f", p95 {self.p95_ms:.0f} ms" if self.p95_ms is not None else ""
        print(
            f"{self.name:16} {self.value:9.1f} {self.unit}   {self.limit_name} {self.limit:9.1f}"
            f"   ratio {self.ratio:.2f}{p95}, {self.errors} errors",
            flush=True,
        )


def _commit() -> str:
    said = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    )
    return said.stdout.strip() or "unknown"

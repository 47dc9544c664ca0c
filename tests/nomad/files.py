"""The files of `nomad/` as tests read them."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

from local.paths import ROOT

NOMAD = ROOT / "nomad"
SERVICE = "nomad/service.nomad.hcl"
INGRESS = NOMAD / "system" / "nginx.conf.tpl"
ENVIRONMENTS = sorted(path.name.split(".")[0] for path in (NOMAD / "environments").glob("*.vars.hcl"))
NAMES = sorted(path.name.split(".")[0] for path in (NOMAD / "services").glob("*.vars.hcl"))
SYSTEM = sorted(str(path.relative_to(ROOT)) for path in (NOMAD / "system").glob("*.nomad.hcl"))
ALONE = [*SYSTEM, "nomad/migrate.nomad.hcl"]

UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
LIST = re.compile(r"\{\{- range (?:\$\w+, )?\$(\w+) := sprig_list ([^}]+?) -?\}\}")


def of_service(name: str, environment: str) -> list[str]:
    """What an operator types between `nomad job run` and nothing."""
    return [
        f"-var-file=nomad/environments/{environment}.vars.hcl",
        f"-var-file=nomad/services/{name}.vars.hcl",
        "-var=version=1a2b3c4d5e",
        SERVICE,
    ]


def alone(path: str) -> list[str]:
    """The same for a job of one file."""
    said = (ROOT / path).read_text(encoding="utf-8")
    return [*(["-var=version=1a2b3c4d5e"] if 'variable "version"' in said else []), path]


def parsed(program: Path, words: list[str]) -> dict[str, Any]:
    """The job that these words would submit; no server is asked."""
    command = [str(program), "job", "run", "-output", *words]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)["Job"]
    return found


def locations() -> dict[str, str]:
    """Every `location` of the ingress with what stands in it, lists written out."""
    text = INGRESS.read_text(encoding="utf-8")
    found: dict[str, str] = {}
    for written in (_spelled_out(text), text):
        for match in re.finditer(r"location (/\S*) \{\n(.*?)\n    \}", written, re.DOTALL):
            found.setdefault(match[1], match[2])
    return {path: body for path, body in found.items() if "{{" not in path}


def listed(text: str) -> list[tuple[str, ...]]:
    """The lists that a template goes through."""
    return [tuple(re.findall(r'"([^"]+)"', match[2])) for match in LIST.finditer(text)]


def seconds(said: str) -> float:
    """`1.5s`, `2m`, `200ms`."""
    number, unit = re.fullmatch(r"([\d.]+)(ms|s|m|h)", said).groups()  # type: ignore[union-attr]  # an error names it
    return float(number) * UNITS[unit]


def _spelled_out(text: str) -> str:
    """Each `range` over names replaced by its lines for every name."""
    pattern = re.compile(LIST.pattern + r"(.*?)\n\{\{- end \}\}", re.DOTALL)

    def every(match: re.Match[str]) -> str:
        names = re.findall(r'"([^"]+)"', match[2])
        return "".join(match[3].replace(f"{{{{ ${match[1]} }}}}", name) for name in names)

    return pattern.sub(every, text)

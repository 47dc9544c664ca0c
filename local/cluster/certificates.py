"""Certificates of the agents, each from its program's own authority, made anew at each start."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

from local.cluster.layout import DATACENTER, FOLDER, REGION, folder
from local.problem import Problem


@dataclass(frozen=True)
class Certificate:
    """Files of one holder: whom it trusts, what it shows, and its key."""

    authority: Path
    shown: Path
    key: Path

    def settings(self) -> dict[str, str]:
        """Under the names that Consul and Nomad share."""
        return {"ca_file": str(self.authority), "cert_file": str(self.shown), "key_file": str(self.key)}


@dataclass(frozen=True)
class Authority:
    """`consul tls` or `nomad tls`, which signs for the agents of its kind, or for another use."""

    program: Path
    use: str = "agents"

    @property
    def name(self) -> str:
        """`consul` or `nomad`."""
        return self.program.name

    @property
    def certificate(self) -> Path:
        """What everybody who asks these agents has to trust."""
        return (
            folder(f"certificates/{self.name if self.use == 'agents' else self.use}")
            / f"{self.name}-agent-ca.pem"
        )

    @property
    def key(self) -> Path:
        """What signs."""
        return self.certificate.with_name(f"{self.name}-agent-ca-key.pem")

    def make(self) -> "Authority":
        """A new one, which nobody trusts yet."""
        self._tls(self.certificate.parent, "ca", "create")
        return self

    def issue(self, holder: str, role: str, address: str) -> Certificate:
        """For the `server` or `client` that listens on an address."""
        here = folder(str(self.certificate.parent.relative_to(FOLDER) / holder))
        place = ["-region", REGION] if self.name == "nomad" else ["-dc", DATACENTER]
        signed = [f"-ca={self.certificate}", f"-key={self.key}"]
        signed += [f"-additional-ipaddress={address}", "-additional-dnsname=localhost"]
        self._tls(here, "cert", "create", f"-{role}", *place, *signed)
        key = next(here.glob("*-key.pem"))
        shown = next(path for path in here.glob("*.pem") if path != key)
        return Certificate(self.certificate, shown, key)

    def _tls(self, where: Path, *arguments: str) -> None:
        command = [str(self.program), "tls", *arguments]
        done = subprocess.run(command, cwd=where, capture_output=True, text=True, check=False)
        if done.returncode:
            raise Problem(f"{self.name} could not make a certificate: {(done.stderr or done.stdout).strip()}")

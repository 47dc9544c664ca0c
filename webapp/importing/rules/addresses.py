"""Which addresses of others may be asked for a file: public ones only. Pure."""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import quote, unquote, urljoin, urlsplit

from webapp.importing.rules.found import Refused

LONGEST = 2_000
# Below these, only the two of the web: nobody keeps a calendar on the port of a mail server.
FIRST_FREE_PORT = 1024
PORTS = {"http": 80, "https": 443}
_CALENDAR_SCHEMES = {"webcal": "https", "webcals": "https", "feed": "https"}
# Addresses of version 6 that carry one of version 4 in their last 32 bits, which is where they lead.
_CARRIERS = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"), IPv6Network("::/96"))


@dataclass(frozen=True)
class Address:
    """An address taken apart: `path` is what is asked of the host."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def text(self) -> str:
        return f"{self.scheme}://{self.netloc}{self.path}"

    @property
    def netloc(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def file(self) -> str:
        """What a file from there is called."""
        last = unquote(self.path.partition("?")[0].rstrip("/").rpartition("/")[2])
        return (f"{self.host}/{last}" if last else self.host)[:200]


def address(text: str, *, base: str = "") -> Address:
    """The address that somebody typed, or that a page sent us on to; refused where it cannot be one."""
    said = "".join(text.split())
    if len(said) > LONGEST:
        raise Refused("bad-address", f"The address has more than {LONGEST:,} characters.")
    if not base and "://" not in said:
        said = f"https://{said}"
    try:
        parts = urlsplit(urljoin(base, said) if base else said)
        port = parts.port
        host = (parts.hostname or "").encode("idna").decode("ascii") if parts.hostname else ""
    except (ValueError, UnicodeError):
        raise Refused("bad-address", f"“{said[:80]}” is no address. Write one such as {EXAMPLE}.") from None
    scheme = _CALENDAR_SCHEMES.get(parts.scheme, parts.scheme)
    if scheme not in PORTS:
        raise Refused("bad-address", f"“{parts.scheme}” addresses are not fetched; https and http are.")
    if parts.username is not None:
        raise Refused(
            "bad-address", "The address holds a name and password. Only what is public can be fetched."
        )
    if not host or ("." not in host and ":" not in host):
        raise Refused("bad-address", f"“{said[:80]}” names no public host. Write one such as {EXAMPLE}.")
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = f"?{quote(parts.query, safe='/%:@!$&()*+,;=~-._?')}" if parts.query else ""
    return Address(scheme, host, _port(port or PORTS[scheme]), path + query)


EXAMPLE = "https://example.org/season.ics"


def _port(port: int) -> int:
    if port in PORTS.values() or port >= FIRST_FREE_PORT:
        return port
    raise Refused("bad-address", f"Port {port} is not one of web pages; 80, 443 and those from 1024 are.")


def is_public(host: str) -> bool:
    """Whether an address of a machine is one of the whole world, and not of this house."""
    try:
        found = ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return all(_is_public(one) for one in (found, *_inside(found)))


def _is_public(one: IPv4Address | IPv6Address) -> bool:
    return one.is_global and not (
        one.is_multicast or one.is_private or one.is_loopback or one.is_link_local or one.is_reserved
        or one.is_unspecified
    )  # fmt: skip


def _inside(found: IPv4Address | IPv6Address) -> list[IPv4Address | IPv6Address]:
    """The addresses of version 4 that one of version 6 leads to."""
    if isinstance(found, IPv4Address):
        return []
    inner = [one for one in (found.ipv4_mapped, found.sixtofour, *(found.teredo or ())) if one]
    if any(found in network for network in _CARRIERS):
        inner.append(IPv4Address(int(found) & 0xFFFFFFFF))
    return list(inner)

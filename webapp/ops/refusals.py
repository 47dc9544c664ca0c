"""How the cluster says no: each sentence says who, what, and what still works."""

from webapp.core.errors import Conflict, Unavailable


class ClusterAway(Unavailable):
    """Nomad or Consul does not answer, in time or at all. What was asked may have happened."""

    def __init__(self, who: str, why: str) -> None:
        super().__init__(
            f"{why} Copies that run go on without it.", title=f"{who} does not answer", retry_after=5
        )


class ClusterClosed(Conflict):
    """The token does not allow it."""

    def __init__(self, who: str, what: str) -> None:
        super().__init__(
            f"It refuses our token (403) for {what}: give one with the policy `operator`.",
            title=f"{who} does not let us",
        )


class ClusterRefused(Conflict):
    """It understood and said no, in its own words."""

    def __init__(self, who: str, words: str) -> None:
        said = " ".join(words.split())[:300].rstrip(".")
        super().__init__(f"It says: {said}.", title=f"{who} refused")


class ClusterStrange(Unavailable):
    """An answer that cannot be read: another version, or something else at that address."""

    def __init__(self, who: str, detail: str) -> None:
        super().__init__(
            f"Its answer cannot be read ({detail}): is that address really {who}’s, in a version we know?",
            title=f"{who} speaks strangely",
            retry_after=5,
        )


class NoCluster(Conflict):
    """This Marquee runs without Nomad."""

    def __init__(self) -> None:
        super().__init__(
            "NOMAD_ADDR is not set, so this Marquee knows of no cluster. `make cluster` starts one here.",
            title="No cluster is configured",
        )

"""Which service answers which path: the one table that the app, the ingress and the tests share."""

# Longest prefix wins; "/" is everything that nobody else names.
SERVICES: dict[str, tuple[str, ...]] = {
    "auth": ("/account",),
    "booking": ("/basket", "/checkout", "/orders", "/tickets", "/queue", "/waitlist", "/news"),
    "payment": ("/pay", "/webhooks"),
    "staff": ("/staff",),
    "live": ("/live",),
    "catalog": ("/",),
}

# Answered by every process, whatever its service: probes, figures, files, and development's mailbox.
EVERYWHERE: tuple[str, ...] = ("/livez", "/readyz", "/metrics", "/static", "/media", "/dev")


def service_for(path: str) -> str:
    """The service whose prefix is the longest that `path` begins with."""
    matches = [
        (len(prefix), service)
        for service, prefixes in SERVICES.items()
        for prefix in prefixes
        if path == prefix or path.startswith(prefix.rstrip("/") + "/")
    ]
    return max(matches)[1]

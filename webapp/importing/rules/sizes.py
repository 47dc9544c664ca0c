"""How large a file may be. Pure."""

LARGEST = 40 * 1024 * 1024


def too_large(size: int, most: int = LARGEST) -> str:
    """What is said of a file that is not even looked at."""
    said = f"It has {size / 1024 / 1024:.0f} MB; {most / 1024 / 1024:.0f} MB are the most."
    return f"{said} Divide it, or export a shorter time."

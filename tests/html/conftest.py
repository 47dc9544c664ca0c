"""The Nu checker reads what a browser would get; no browser is needed."""

from tests.pages.fixtures import house, playwright, sandbox_url, settings, walked

__all__ = ["house", "playwright", "sandbox_url", "settings", "walked"]

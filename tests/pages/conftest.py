from tests.pages.fixtures import browser, house, playwright, sandbox_url, settings, walked

__all__ = ["browser", "house", "playwright", "sandbox_url", "settings", "walked"]

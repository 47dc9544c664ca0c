"""Templates without a request: for mails, and for fragments that are sent to open pages."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from webapp.config import Settings

FOLDER = Path(__file__).parent.parent / "templates"


def make_templates(settings: Settings) -> Environment:
    """The same dialect as the pages have; what a template names and nobody gives is an error."""
    templates = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=select_autoescape(("html", "svg")),
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        auto_reload=settings.environment == "development",
    )
    templates.globals["home"] = settings.base_url
    return templates

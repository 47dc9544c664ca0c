"""Templates without a request: for mails, and for fragments that are sent to open pages."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from webapp.config import Settings
from webapp.core.assets import ROOT, Assets
from webapp.web import charts, filters

FOLDER = Path(__file__).parent.parent / "templates"


@cache
def _assets() -> Assets:
    return Assets(ROOT)


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
    filters.install(templates)
    charts.install(templates)
    templates.globals["home"] = settings.base_url
    # Read only when a fragment first names one: a worker that sends mails never does.
    templates.globals["asset"] = lambda name: _assets().url(name)
    return templates

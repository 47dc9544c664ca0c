"""The parts a request works with, made once by the factory and found here."""

from dataclasses import dataclass
from typing import cast

from flask import current_app

from webapp.config import Settings
from webapp.core.db import Database
from webapp.core.live import Live
from webapp.core.media import Media


@dataclass(frozen=True)
class Parts:
    settings: Settings
    database: Database
    live: Live
    media: Media


def parts() -> Parts:
    return cast(Parts, current_app.extensions["marquee"])


def settings() -> Settings:
    return parts().settings


def database() -> Database:
    return parts().database


def live() -> Live:
    return parts().live


def media() -> Media:
    return parts().media

"""What a server starts: `wsgi:app`."""

import sys

from webapp.app import make_app
from webapp.config import Settings, WrongSetting

try:
    app = make_app(Settings.from_env())
except WrongSetting as wrong:
    sys.exit(f"Marquee cannot start: {wrong}")

"""What a server starts: `wsgi:app`."""

import sys

from webapp.app import make_app
from webapp.config import Settings, WrongSetting

# Gunicorn ends at this one; at any other it would start the same worker again and again.
CANNOT_LOAD = 4

try:
    app = make_app(Settings.from_env())
except WrongSetting as wrong:
    sys.stderr.write(f"Marquee cannot start: {wrong}\n")
    sys.exit(CANNOT_LOAD)

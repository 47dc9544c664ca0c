"""The limit that pages are measured against: bare Flask, one query by primary key, one small template.

Same server, same workers and threads, same database and driver as the application.
"""

import os

from flask import Flask, abort, render_template_string
from psycopg.rows import dict_row
from psycopg_pool import ConnectionPool

app = Flask(__name__)
pool = ConnectionPool(os.environ["DATABASE_URL"], min_size=8, max_size=8, kwargs={"row_factory": dict_row})

PAGE = """<!doctype html>
<html lang="en">
<title>{{ event.title }}</title>
<h1>{{ event.title }}</h1>
<p>{{ event.summary }}</p>
<p>{{ event.category }}</p>
</html>"""


@app.get("/<uuid:event_id>")
def event(event_id: str) -> str:
    with pool.connection() as connection:
        row = connection.execute(
            "SELECT title, summary, category FROM events WHERE id = %s", [event_id]
        ).fetchone()
    if row is None:
        abort(404)
    return render_template_string(PAGE, event=row)

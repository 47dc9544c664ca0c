from bench.profile import by_package

RUN = 'process 1:"gunicorn wsgi:app";run (gunicorn/app.py:9)'
STACKS = [
    f"{RUN};hold (webapp/booking/views/basket.py:60);dumps (json/__init__.py:231) 3",
    f"{RUN};execute (sqlalchemy/engine/base.py:1400) 5",
    f"{RUN};root (templates/catalog/event.html:12);str (jinja2/runtime.py:3) 2",
    f"{RUN};block (templates/catalog/event.html:12) 1",
    "<module> (threading.py:1) 1",
]


def test_time_belongs_to_the_innermost_package_that_is_not_pythons_own() -> None:
    assert dict(by_package(STACKS)) == {
        "webapp/booking/views": 3,
        "sqlalchemy": 5,
        "jinja2": 2,
        "templates": 1,
        "the interpreter": 1,
    }

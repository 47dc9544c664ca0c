"""PostgreSQL and Redis of their own for one run of the tests, gone afterwards."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from local import ports, postgres, redis

POSTGRES = "TEST_DATABASE_URL"
REDIS = "TEST_REDIS_URL"


@contextmanager
def servers() -> Iterator[dict[str, str]]:
    """Gives the addresses of both as environment variables; those already set are kept."""
    given = {name: os.environ[name] for name in (POSTGRES, REDIS) if os.environ.get(name)}
    with ExitStack() as ending:
        folder = Path(tempfile.mkdtemp(prefix="marquee-test-"))
        ending.callback(shutil.rmtree, folder, ignore_errors=True)
        folder.chmod(0o755)
        if POSTGRES not in given:
            database = postgres.prepare(folder, ports.any_free(), durable=False)
            ending.callback(database.stop)
            database.start()
            postgres.wait(database)
            given[POSTGRES] = database.url + "postgres"
        if REDIS not in given:
            cache = redis.prepare(folder, ports.any_free(), durable=False)
            ending.callback(cache.stop)
            cache.start()
            redis.wait(cache)
            given[REDIS] = cache.url + "0"
        yield given

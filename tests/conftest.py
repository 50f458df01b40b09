"""What every test is given, and what is set for all of them."""

import logging
import os
from collections.abc import Iterator

import hypothesis
import pytest
import structlog

from tests.services import places
from tests.services.postgres import databases, postgres, private_postgres

__all__ = ["databases", "ordinary_logging", "postgres", "private_postgres"]

places.run_name()  # the run is this process's; workers and the programs of tests inherit its name

hypothesis.settings.register_profile(
    "leadwire",
    deadline=None,  # a busy machine's pauses are no fault of the code
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
    derandomize="LEADWIRE_REQUIRE_SERVICES" in os.environ,  # a gate judges a change, not its luck
)
hypothesis.settings.load_profile("leadwire")


@pytest.fixture(autouse=True)
def ordinary_logging() -> Iterator[None]:
    """Commands configure logging for their process; no test is to inherit that from another."""
    _reset()
    yield
    _reset()


def _reset() -> None:
    structlog.reset_defaults()
    logging.getLogger("aiokafka").setLevel(logging.NOTSET)


@pytest.fixture(scope="session")
def kafka() -> str:
    """HOST:PORT of a real broker; see `tests/services/kafka.py` for where it comes from."""
    from tests.services import kafka

    return kafka.shared()

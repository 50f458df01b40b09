"""What every test is given."""

from collections.abc import Iterator

import pytest
import structlog

from tests.services.postgres import databases, postgres, private_postgres

__all__ = ["databases", "ordinary_logging", "postgres", "private_postgres"]


@pytest.fixture(autouse=True)
def ordinary_logging() -> Iterator[None]:
    """Commands configure logging for their process; no test is to inherit that from another."""
    structlog.reset_defaults()
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def kafka() -> str:
    """HOST:PORT of a real broker; see `tests/services/kafka.py` for where it comes from."""
    from tests.services import kafka

    return kafka.shared()

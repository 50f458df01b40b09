"""What every test is given."""

import logging
from collections.abc import Iterator

import pytest
import structlog

from tests.services.postgres import databases, postgres, private_postgres

__all__ = ["databases", "ordinary_logging", "postgres", "private_postgres"]


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

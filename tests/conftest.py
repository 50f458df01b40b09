"""What every test is given."""

from collections.abc import Iterator

import pytest
import structlog


@pytest.fixture(autouse=True)
def ordinary_logging() -> Iterator[None]:
    """Commands configure logging for their process; no test is to inherit that from another."""
    structlog.reset_defaults()
    yield
    structlog.reset_defaults()

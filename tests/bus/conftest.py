"""Fixtures of the bus's tests."""

from collections.abc import Iterator
from typing import Any

import pytest
from structlog.testing import capture_logs


@pytest.fixture(autouse=True)
def logged() -> Iterator[list[Any]]:
    """What was logged, kept instead of shown: rendering tracebacks takes most of a test's time."""
    with capture_logs() as entries:
        yield entries

"""Fixtures of enrichment: all written sites, read once."""

import asyncio

import pytest

from tests.agents.enrichment.sites import Visit, visits
from tests.channels.enrichment.hosting import Web


@pytest.fixture(scope="session")
def read_sites() -> tuple[list[Visit], Web]:
    """Every site as the product's reader found it, and all that its server was asked."""
    return asyncio.run(visits())

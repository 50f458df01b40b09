"""How a history gets its store."""

from collections.abc import Awaitable, Callable

from hypothesis import HealthCheck, settings

from statestore.base import StateStore

OpenStore = Callable[[], Awaitable[StateStore]]
"""Opens a fresh, empty store."""

EXAMPLES = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
"""Each example opens its own store, so the fixture may be shared between them."""

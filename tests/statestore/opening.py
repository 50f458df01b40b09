"""How a history gets its store."""

from collections.abc import Awaitable, Callable

from hypothesis import HealthCheck, settings

from statestore.base import StateStore

OpenStore = Callable[[], Awaitable[StateStore]]
"""Opens a fresh, empty store."""

EXAMPLES = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.differing_executors,
        HealthCheck.too_slow,
    ],
)
"""Each example opens its own store, so that the fixture may be shared between them; and one suite
is inherited by every store on purpose."""

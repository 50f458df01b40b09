"""What a process makes once: an adapter for a resource, as it is declared."""

import pytest

from agents import wiring
from agents.definitions import Resource
from agents.settings import Settings
from tests.agents.cast import Cast


def declared(**settings: object) -> Resource:
    """A mailbox that is sent from over SMTP."""
    return Resource(
        id="mira", client="harbour", address="mira@harbour.example", settings=dict(settings)
    )


async def test_a_declaration_that_changes_is_used_without_a_restart(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A host that was mended is spoken to by the next call; calls under way keep the adapter that
    they have, which is closed with the process."""
    monkeypatch.setenv("WIRING_SECRET", "a secret of the tests, long enough")
    cast = Cast()
    given = Settings.model_validate({"secret": "env:WIRING_SECRET", "http": False})
    system = wiring.build(given, ["sender"], store=cast.table.store, clock=cast.table.clock)
    plain = {"port": 2525, "security": "none"}
    first = system.adapter_of(declared(host="localhost", **plain))
    assert system.adapter_of(declared(host="localhost", **plain)) is first
    second = system.adapter_of(declared(host="127.0.0.1", **plain))
    assert second is not first
    assert system.adapter_of(declared(host="127.0.0.1", **plain)) is second
    assert system.closing == [first.close]

"""Histories about named leases: one holder, epochs, and units that are fenced off."""

from statestore.base import Fence
from tests.statestore.opening import OpenStore
from tests.statestore.values import codes, ref, row, unit


class LeaseHistories:
    """What the port promises about leases."""

    async def test_one_holder_at_a_time(self, open_store: OpenStore) -> None:
        """Given a live lease, then nobody else gets it, and its holder may renew it."""
        store = await open_store()
        first = await store.acquire("sweep", "one", 0, 60)
        assert first is not None
        assert await store.acquire("sweep", "two", 59, 60) is None
        renewed = await store.acquire("sweep", "one", 59, 60)
        assert renewed is not None
        assert (renewed.epoch, renewed.until) == (first.epoch, 119)
        assert await store.acquire("sweep", "two", 61, 60) is None

    async def test_taking_over_raises_the_epoch(self, open_store: OpenStore) -> None:
        """Given a holder whose time ran out, when another takes the lease, then the epoch is
        higher and units of the old one lose with `fence`."""
        store = await open_store()
        old = await store.acquire("sweep", "one", 0, 60)
        new = await store.acquire("sweep", "two", 60, 60)
        assert old is not None
        assert new is not None
        assert new.epoch > old.epoch
        zombie = unit(conditions=Fence(lease="sweep", epoch=old.epoch), rows=row("zombie"))
        owner = unit(conditions=Fence(lease="sweep", epoch=new.epoch), rows=row("owner"))
        assert await codes(store, zombie, owner) == ["fence", "committed"]
        assert set(await store.rows([ref("zombie"), ref("owner")])) == {ref("owner")}
        assert await store.acquire("sweep", "one", 61, 60) is None

    async def test_an_unknown_lease_fences(self, open_store: OpenStore) -> None:
        """Given a unit under a lease that nobody ever took, then it loses."""
        store = await open_store()
        assert await codes(store, unit(conditions=Fence(lease="none", epoch=1))) == ["fence"]

    async def test_a_released_lease_is_free_at_once(self, open_store: OpenStore) -> None:
        """Given a lease that was given back, then another gets it at the next epoch; what is no
        longer ours is not given back."""
        store = await open_store()
        old = await store.acquire("sweep", "one", 0, 60)
        assert old is not None
        await store.release(old)
        new = await store.acquire("sweep", "two", 1, 60)
        assert new is not None
        assert new.epoch == old.epoch + 1
        await store.release(old)
        assert await store.acquire("sweep", "three", 2, 60) is None

    async def test_leases_are_apart(self, open_store: OpenStore) -> None:
        """Given two names, then each has its holder."""
        store = await open_store()
        assert await store.acquire("sweep", "one", 0, 60) is not None
        assert await store.acquire("audit", "two", 0, 60) is not None

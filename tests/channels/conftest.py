"""Every test of this folder runs on a loop whose time it may move."""

from collections.abc import Callable, Mapping

from tests.channels.loops import MovableLoop


def pytest_asyncio_loop_factories() -> Mapping[str, Callable[[], MovableLoop]]:
    return {"movable": MovableLoop}

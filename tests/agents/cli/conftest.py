"""What tests of commands start from."""

from pathlib import Path

import pytest

from tests.agents.cast import LOST, Cast, Scripted
from tests.agents.cli.place import Place
from tests.agents.stage import scored


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """Settings and nothing else."""
    monkeypatch.chdir(tmp_path)
    return Place(tmp_path)


@pytest.fixture
def place(empty: Place) -> Place:
    """A client that was declared."""
    assert empty.run("migrate").exit_code == 0
    assert empty.apply().exit_code == 0
    return empty


@pytest.fixture
def busy(place: Place) -> Place:
    """Three leads: two were written to, one is none of ours."""

    async def act(cast: Cast) -> None:
        await cast.tell(scored(1), scored(2), scored(3, route="OTHER"))

    place.play(act)
    return place


@pytest.fixture
def doubtful(place: Place) -> Place:
    """One send of which nobody can say whether it arrived."""

    async def act(cast: Cast) -> None:
        await cast.tell(scored(1))

    place.play(act, Scripted(answers=[LOST]))
    return place

"""The rule of named leases: who holds one, and when its epoch goes up."""

from statestore.base import Lease


def taken(
    there: Lease | None, name: str, owner: str, machine: float, seconds: float
) -> Lease | None:
    """Returns the lease as `owner` holds it now, None while somebody else does.

    Whoever takes it from another owner gets the next epoch, also after a release: what the last
    holder still has under way is fenced off. Renewing keeps the epoch, late or not, since nobody
    had it in between. `machine` and `seconds` are machine time.
    """
    until = machine + seconds
    if there is None:
        return Lease(name=name, owner=owner, epoch=1, until=until)
    if there.owner == owner:
        return Lease(name=name, owner=owner, epoch=there.epoch, until=until)
    if there.until > machine:
        return None
    return Lease(name=name, owner=owner, epoch=there.epoch + 1, until=until)

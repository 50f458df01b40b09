"""Turns a vendor's name and a resource's settings into its adapter; called by wiring and `doctor`.

Vendors' modules are imported when they are asked for, so that a command line that only prints help
pays for none of them. A new vendor is one row here.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module

from channels.base import Adapter, WebhookReader
from channels.errors import Misconfigured
from channels.settings import nearest
from contracts.outcome import Channel

Factory = Callable[[Channel, Mapping[str, object]], Adapter]


@dataclass(frozen=True, slots=True)
class Row:
    """Where a vendor's factory is (`module:function`), its channels, and which settings are secret:
    for those the caller refuses a literal value."""

    factory: str
    channels: frozenset[Channel]
    secrets: frozenset[str] = frozenset()
    webhooks: str = ""
    """Where its webhook reader is made (`module:class`, from the list of live secrets)."""


VENDORS: dict[str, Row] = {
    "smtp": Row(
        "channels.email.smtp:from_settings",
        frozenset({Channel.EMAIL}),
        frozenset({"password"}),
    ),
    "fake": Row(
        "channels.fake.adapter:from_settings",
        frozenset(Channel),
        frozenset({"token"}),
        "channels.fake.adapter:FakeWebhookReader",
    ),
}


def build(vendor: str, channel: Channel, settings: Mapping[str, object]) -> Adapter:
    """Returns the adapter of one sending resource.

    Raises Misconfigured for an unknown vendor (naming the nearest), one that does not serve the
    channel, and settings that are unknown, missing or wrong.
    """
    row = known(vendor)
    if channel not in row.channels:
        serves = ", ".join(sorted(row.channels))
        raise Misconfigured(f"vendor `{vendor}` serves {serves}, not {channel}")
    module, _, name = row.factory.partition(":")
    factory: Factory = getattr(import_module(module), name)
    return factory(channel, settings)


def webhooks(vendor: str, live: Sequence[str]) -> WebhookReader | None:
    """Returns the vendor's webhook reader with its live secrets; None where it has none."""
    row = known(vendor)
    if not row.webhooks or not live:
        return None
    module, _, name = row.webhooks.partition(":")
    reader: WebhookReader = getattr(import_module(module), name)(live)
    return reader


def secrets(vendor: str) -> frozenset[str]:
    """Returns the names of a vendor's secret settings; raises Misconfigured for an unknown one."""
    return known(vendor).secrets


def known(vendor: str) -> Row:
    """Returns a vendor's row; raises Misconfigured, naming the nearest, for an unknown one."""
    if vendor not in VENDORS:
        raise Misconfigured(f"unknown vendor `{vendor}`{nearest(vendor, list(VENDORS))}")
    return VENDORS[vendor]

"""A resource's vendor and settings become its adapter, or an error that says what to change."""

import subprocess
import sys

import pytest

from channels import registry
from channels.email.session import Security
from channels.email.smtp import SmtpAdapter
from channels.errors import Misconfigured
from channels.fake.adapter import FakeLookupAdapter
from contracts.outcome import Channel, VendorClass


def test_settings_from_a_file_become_an_adapter() -> None:
    """Words become the adapter's own values, tables its deadlines."""
    adapter = registry.build(
        "smtp",
        Channel.EMAIL,
        {
            "host": "relay.example",
            "port": 2525,
            "security": "implicit",
            "deadlines": {"final": 30},
        },
    )
    assert isinstance(adapter, SmtpAdapter)
    assert adapter.settings.security is Security.IMPLICIT
    assert adapter.settings.deadlines.final == 30.0


def test_a_fake_vendor_serves_any_channel_in_any_class() -> None:
    """The resource's channel is its own."""
    adapter = registry.build(
        "fake", Channel.WHATSAPP, {"base_url": "http://localhost:9", "vendor_class": "L"}
    )
    assert isinstance(adapter, FakeLookupAdapter)
    assert adapter.capabilities.channel is Channel.WHATSAPP
    assert adapter.capabilities.vendor_class is VendorClass.LOOKUP


@pytest.mark.parametrize(
    ("vendor", "channel", "settings", "said"),
    [
        ("smpt", Channel.EMAIL, {}, "did you mean `smtp`"),
        ("zzz", Channel.EMAIL, {}, "known are"),
        ("smtp", Channel.SMS, {}, "serves email, not sms"),
        ("smtp", Channel.EMAIL, {"hots": "a"}, "did you mean `host`"),
        ("smtp", Channel.EMAIL, {}, "`host`"),
        ("smtp", Channel.EMAIL, {"host": "a", "port": "x"}, "`port`"),
        ("smtp", Channel.EMAIL, {"host": "a", "security": "tls"}, "`security`"),
        ("smtp", Channel.EMAIL, {"host": "a", "deadlines": {"fnal": 1}}, "`deadlines.fnal`"),
        ("fake", Channel.SMS, {"base_url": "localhost"}, "`base_url`"),
    ],
)
def test_what_is_wrong_is_named_with_the_nearest_right(
    vendor: str, channel: Channel, settings: dict[str, object], said: str
) -> None:
    """One line says which setting of which vendor."""
    with pytest.raises(Misconfigured) as raised:
        registry.build(vendor, channel, settings)
    assert said in str(raised.value)


def test_no_error_repeats_a_value() -> None:
    """A password of the wrong type stays out of the text."""
    with pytest.raises(Misconfigured) as raised:
        registry.build("smtp", Channel.EMAIL, {"host": "a", "password": ["canary-3e"]})
    assert "canary-3e" not in str(raised.value)
    assert raised.value.__cause__ is None


def test_secret_settings_are_known_by_name() -> None:
    """So that the caller can refuse a literal one."""
    assert registry.secrets("smtp") == {"password"}
    assert registry.secrets("fake") == {"token"}


def test_asking_the_registry_imports_no_vendor() -> None:
    """Neither httpx nor aiosmtpd comes with it."""
    code = (
        "import sys, channels.registry;"
        "print([name for name in ('httpx', 'aiosmtpd', 'starlette') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

"""Who we are at a cluster, and how it is reached: passwords, encryption, and what is said about
settings that do not fit."""

import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from agents import wiring
from agents.settings import SettingsError, load
from bus.errors import Misconfigured, Unavailable
from bus.kafka import Connection, KafkaBus
from tests.bus.kafka.clusters import admin, fresh_prefix, make_topics
from tests.bus.readers import TOPICS, Reader, messages, until
from tests.services import kafka
from tests.services.kafka import Broker
from tests.services.places import free_port

TLS = Path(__file__).resolve().parents[2] / "samples" / "tls"
AUTHORITY = str(TLS / "authority.pem")
SCRAM = "org.apache.kafka.common.security.scram.ScramLoginModule required;"
PLAIN = "org.apache.kafka.common.security.plain.PlainLoginModule required user_agents='open';"


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """A broker with three doors: passwords in the open (SCRAM only), encryption, and both."""
    folder = tmp_path_factory.mktemp("kafka")
    store = folder / "store.pem"
    store.write_text((TLS / "server.key").read_text() + (TLS / "server.pem").read_text())
    scram = ("SCRAM-SHA-512", "SCRAM-SHA-256")
    doors = [f"{name}://localhost:{free_port()}" for name in ("SASL", "TLS", "BOTH")]
    both = "listener.name.both"
    one = kafka.private(
        folder / "broker",
        listeners=dict(zip(doors, ("SASL_PLAINTEXT", "SSL", "SASL_SSL"), strict=True)),
        users=tuple(f"{name}=[name=agents,password=secret]" for name in scram),
        extra={
            "ssl.keystore.type": "PEM",
            "ssl.keystore.location": str(store),
            "listener.name.sasl.sasl.enabled.mechanisms": ",".join(scram),
            "listener.name.sasl.scram-sha-512.sasl.jaas.config": SCRAM,
            "listener.name.sasl.scram-sha-256.sasl.jaas.config": SCRAM,
            f"{both}.sasl.enabled.mechanisms": "PLAIN,SCRAM-SHA-512",
            f"{both}.scram-sha-512.sasl.jaas.config": SCRAM,
            f"{both}.plain.sasl.jaas.config": PLAIN.replace("'", '"'),
        },
    )
    one.start()
    yield one
    one.kill()


@pytest.fixture
async def prefix(broker: Broker) -> AsyncIterator[str]:
    """Topics of this test's own."""
    name = fresh_prefix()
    await make_topics(broker.address, [f"{name}{topic}" for topic in TOPICS], partitions=1)
    yield name
    async with admin(broker.address) as client:
        await client.delete_topics([f"{name}{topic}" for topic in TOPICS])


def door(broker: Broker, name: str) -> tuple[str, ...]:
    """The address of a listener."""
    return tuple(w.partition("//")[2] for w in broker.listeners if w.startswith(f"{name}:"))


WAYS: dict[str, dict[str, Any]] = {
    "SASL": {"user": "agents", "password": "secret"},
    "SASL-256": {"user": "agents", "password": "secret", "mechanism": "scram-sha-256"},
    "TLS": {"tls": AUTHORITY},
    "BOTH": {"user": "agents", "password": "open", "mechanism": "plain", "tls": AUTHORITY},
    "BOTH-512": {"user": "agents", "password": "secret", "tls": AUTHORITY},
}


@pytest.mark.parametrize("way", list(WAYS))
async def test_a_bus_works_through_each_door(broker: Broker, prefix: str, way: str) -> None:
    """Producer, consumer, admin and probe all identify themselves."""
    reader = Reader()
    connection = Connection(servers=door(broker, way.partition("-")[0]), **WAYS[way])
    bus = KafkaBus(connection, TOPICS, prefix=prefix)
    bus.subscribe(reader.subscription)
    await bus.start()
    await bus.publish(messages(3, 2))
    await until(lambda: len(reader.done) == 6, reader)
    assert (await bus.health()).lag == {"scoring": 0}
    await bus.stop()


async def test_a_wrong_password_is_named_and_not_shown(broker: Broker) -> None:
    """User and settings to look at; trying again would change nothing."""
    wrong = Connection(servers=door(broker, "SASL"), user="agents", password="wrong-one")
    with pytest.raises(Misconfigured, match=r"refuses user 'agents'.*bus_password") as caught:
        await KafkaBus(wrong, TOPICS).start()
    assert "wrong-one" not in str(caught.value)
    assert "wrong-one" not in repr(wrong)


async def test_a_mechanism_that_the_broker_lacks_is_named(broker: Broker) -> None:
    """It says which it has."""
    servers = door(broker, "BOTH")
    lacking = {"mechanism": "scram-sha-256", "tls": AUTHORITY}
    wrong = Connection(servers=servers, user="agents", password="open", **lacking)
    with pytest.raises(Misconfigured, match="bus_mechanism"):
        await KafkaBus(wrong, TOPICS).start()


@pytest.mark.parametrize(("name", "tls"), [("TLS", False), ("SASL", AUTHORITY)])
async def test_the_wrong_kind_of_door_is_said(broker: Broker, name: str, tls: bool | str) -> None:
    """Encryption where there is none, or none where there is."""
    with pytest.raises(Unavailable, match=r"cannot be reached.*bus_tls"):
        await KafkaBus(Connection(servers=door(broker, name), tls=tls), TOPICS).start()


async def test_a_broker_that_nobody_vouches_for_is_refused(broker: Broker) -> None:
    """Trying again would change nothing: the setting is named, and what is wrong."""
    unknown = Connection(servers=door(broker, "TLS"), tls=True)
    with pytest.raises(Misconfigured, match=r"nobody vouches.*issuer.*bus_tls"):
        await KafkaBus(unknown, TOPICS).start()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"servers": ("kafka",)}, r"write kafka:HOST:PORT"),
        ({"servers": ("kafka:9092", "b:")}, r"write kafka:HOST:PORT"),
        ({"servers": ("//kafka:9092",)}, r"write kafka:HOST:PORT"),
        ({"user": "agents"}, "bus_password is empty"),
        ({"password": "x"}, "bus_user is empty"),
        ({"mechanism": "gssapi"}, "write scram-sha-512 or scram-sha-256 or plain"),
        ({"user": "a", "password": "b", "mechanism": "plain"}, "set bus_tls"),
    ],
)
def test_settings_that_do_not_fit_are_named(given: dict[str, Any], said: str) -> None:
    """Before anything is connected."""
    with pytest.raises(Misconfigured, match=said):
        Connection(**{"servers": ("kafka:9092",), **given})


def test_a_file_of_authorities_must_be_one() -> None:
    """The setting and the file are named."""
    for file in ("/nowhere.pem", __file__):
        with pytest.raises(Misconfigured, match=r"bus_tls .*certificates in PEM"):
            Connection(servers=("kafka:9092",), tls=file).security()


def test_settings_become_a_connection() -> None:
    """Secrets are references; several brokers, by comma."""
    environment = {
        "LEADWIRE_BUS": "kafka:a:1,b:2",
        "LEADWIRE_BUS_USER": "agents",
        "LEADWIRE_BUS_PASSWORD": f"file:{TLS / 'README.md'}",
        "LEADWIRE_BUS_MECHANISM": "scram-sha-256",
        "LEADWIRE_BUS_TLS": "true",
    }
    made = wiring.kafka_connection(load(environment=environment).settings)
    assert made.servers == ("a:1", "b:2")
    assert (made.user, made.mechanism, made.tls) == ("agents", "scram-sha-256", True)
    assert made.password.startswith("A certificate")
    with pytest.raises(SettingsError, match="literal"):
        load(environment={**environment, "LEADWIRE_BUS_PASSWORD": "secret"})


def test_without_the_extra_its_name_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """The embedded buses need nothing of it."""
    monkeypatch.setitem(sys.modules, "bus.kafka", None)
    settings = load(environment={"LEADWIRE_BUS": "kafka:a:1"}).settings
    with pytest.raises(SettingsError, match=r"pip install 'leadwire\[kafka\]'"):
        wiring.make_bus(settings)
    wiring.make_bus(load(environment={"LEADWIRE_BUS": "memory:"}).settings)


def test_tls_may_be_off_on_or_a_file() -> None:
    """As the environment says it."""
    for text, value in (("false", False), ("true", True), ("/etc/ca.pem", "/etc/ca.pem")):
        found = load(environment={"LEADWIRE_BUS_TLS": text}).settings.bus_tls
        assert found == value

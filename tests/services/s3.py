"""A real S3-compatible server for tests: the one that is named, or S3Proxy from its jars.

`LEADWIRE_TEST_S3=http://KEY:SECRET@HOST:PORT` names one (MinIO, Ceph …; quoted as in
a URL); tests make buckets
of their own on it and remove them. Otherwise Maven fetches S3Proxy once into the cache folder, and
Java runs it for the whole run, checking the signature of every request. Where neither is at hand,
tests skip, or fail where LEADWIRE_REQUIRE_SERVICES is set. `private` is for tests that kill theirs.
"""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, NoReturn
from urllib.error import HTTPError
from urllib.parse import unquote, urlsplit
from urllib.request import Request, urlopen

import obstore
from obstore.store import S3Store

from tests.services import places
from tests.services.java import Jars, Lacking, Service, java
from tests.services.places import run_folder

VERSION = "2.9.0"
ADDRESS = "LEADWIRE_TEST_S3"
KEY, SECRET = "leadwire-tests", "secret-of-the-tests"
HEAP = "-Xmx192m"
JARS = Jars("s3proxy", VERSION, (f"org.gaul:s3proxy:{VERSION}",))

PROPERTIES = """s3proxy.endpoint=http://127.0.0.1:{port}
s3proxy.authorization=aws-v2-or-v4
s3proxy.identity={key}
s3proxy.credential={secret}
s3proxy.ignore-unknown-headers=true
jclouds.provider={storage}
jclouds.filesystem.basedir={folder}/objects
"""
"""Unknown headers: this version knows Amazon's later checksums (`x-amz-checksum-sha256`, which a
removal carries) no more than older servers do; it answers 501 where it is not told to pass them."""

LOGGING = """<configuration>
  <appender name="out" class="ch.qos.logback.core.ConsoleAppender">
    <encoder><pattern>%d %p %c %m%n</pattern></encoder>
  </appender>
  <root level="WARN"><appender-ref ref="out"/></root>
</configuration>
"""


@dataclass(frozen=True)
class Server:
    """Where a server is, and who may do everything there."""

    endpoint: str
    key: str
    secret: str

    def store(self, bucket: str) -> S3Store:
        """A bucket as obstore sees it, without anything of the product."""
        config: Any = {
            "endpoint": self.endpoint,
            "region": "us-east-1",
            "access_key_id": self.key,
            "secret_access_key": self.secret,
        }
        return S3Store(bucket, config=config, client_options={"allow_http": True})

    def ask(self, method: Any, bucket: str, path: str = "") -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body of a signed request; path "" means the bucket itself."""
        url = obstore.sign(self.store(bucket), method, path, expires_in=timedelta(minutes=5))
        try:
            with urlopen(Request(url, method=method)) as answer:
                return answer.status, dict(answer.headers), answer.read()
        except HTTPError as error:
            return error.code, dict(error.headers), error.read()

    def make(self, bucket: str) -> None:
        """Makes a bucket."""
        status, _, body = self.ask("PUT", bucket)
        assert status == 200, (status, body)

    @contextmanager
    def bucket(self) -> Iterator[str]:
        """A new bucket, removed with all that is in it."""
        name = f"leadwire-{secrets.token_hex(6)}"
        self.make(name)
        yield name
        store = self.store(name)
        for chunk in obstore.list(store):
            obstore.delete(store, [meta["path"] for meta in chunk])
        status, _, body = self.ask("DELETE", name)
        assert status == 204, (status, body)


@dataclass
class S3Proxy(Service):
    """A server of one's own from the jars; on disk, its objects outlive `kill` and `start`."""

    storage: str

    @property
    def server(self) -> Server:
        """Where it is."""
        return Server(f"http://{self.address}", KEY, SECRET)

    def start(self) -> None:
        """Runs it, and returns when it answers."""
        (self.folder / "objects").mkdir(parents=True, exist_ok=True)
        logging, properties = self.folder / "logback.xml", self.folder / "s3proxy.conf"
        logging.write_text(LOGGING)
        text = PROPERTIES.format(
            port=self.port, key=KEY, secret=SECRET, storage=self.storage, folder=self.folder
        )
        properties.write_text(text)
        options = (HEAP, f"-Dlogback.configurationFile={logging}")
        main = ("org.gaul.s3proxy.Main", "--properties", properties)
        self.launch(JARS.command(*options, *main))


def shared() -> Server:
    """Returns the run's server, started by whoever asks first.

    Skips the test where there is none, or fails it where services are required.
    """
    return named(os.environ.get(ADDRESS) or places.once("s3", _own))


def named(url: str) -> Server:
    """Reads an address: http://KEY:SECRET@HOST:PORT."""
    parts = urlsplit(url)
    if not (parts.username and parts.password):
        raise ValueError(f"{ADDRESS}: write http://KEY:SECRET@HOST:PORT")
    where = parts.netloc.rpartition("@")[2]
    return Server(f"{parts.scheme}://{where}", unquote(parts.username), unquote(parts.password))


def private(folder: Path, storage: str = "filesystem-nio2") -> S3Proxy:
    """Returns a server of one's own, not started; skips or fails where jars or Java lack."""
    try:
        java()
        JARS.folder()
    except Lacking as error:
        absent(str(error))
    return S3Proxy(folder, storage)


def _own() -> str:
    """In memory, since nothing of it is to stay, and file systems differ in what they keep."""
    proxy = private(run_folder() / "s3", storage="transient-nio2")
    proxy.start()
    return f"http://{KEY}:{SECRET}@{proxy.address}"


def absent(reason: str) -> NoReturn:
    """Skips, or fails where services are required."""
    places.absent(
        f"needs S3: set {ADDRESS}=http://KEY:SECRET@HOST:PORT, "
        f"or install Java 17 and Maven ({reason})"
    )

"""Over TLS the connection goes to the judged address, and the certificate must be the host's: an
address that was given for another name is not believed."""

import ssl
from collections.abc import Mapping

import pytest

from channels.base import Receipt
from channels.http import Reply, Visit, WebHttp
from tests.channels.enrichment.hosting import reply, serving
from tests.channels.servers import TLS


def context() -> ssl.SSLContext:
    """The server's side, with a certificate for `localhost`."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(TLS / "server.pem", TLS / "server.key")
    return made


def anything(headers: Mapping[str, str]) -> bool:
    return True


@pytest.mark.parametrize(("host", "trusted"), [("localhost", True), ("shop.example", False)])
async def test_the_certificate_must_be_the_hosts(host: str, trusted: bool) -> None:
    """The URL names the address alone; Host and the certificate's check go by the name."""
    async with serving(tls=context()) as web:
        web.pages[host, "/"] = reply("hello")
        client = WebHttp(ca_file=str(TLS / "authority.pem"))
        found = await client.get(
            Visit(
                scheme="https",
                host=host,
                address="127.0.0.1",
                port=web.port,
                target="/",
                cap=1000,
                seconds=10.0,
                user_agent="leadwire",
                wanted=anything,
            )
        )
        await client.close()
    if trusted:
        assert isinstance(found, Reply)
        assert (found.body, web.requests) == (b"hello", [("localhost", "/")])
    else:
        assert isinstance(found, Receipt)
        assert (found.code, web.requests) == ("tls_certificate", [])

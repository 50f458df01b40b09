"""Pages in a bucket: Amazon S3, and whatever speaks its protocol (MinIO, R2, Ceph, Garage …).

The one module that imports obstore (extra `s3`), lazily. Objects are put whole, so a write is
atomic; an object whose tag is the MD5 of the bytes at hand is not written again. Where a server's
tags are no MD5 (some encrypt), every file is written anew, which costs time and harms nothing.
"""

import hashlib
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from agents.landing.publishing import Place, PlaceError, content_type

SECONDS = 20
"""How long one request may take, retries included."""
REFUSED = re.compile(r"status code: 403|<Code>(AccessDenied|SignatureDoesNotMatch|InvalidAccess)")
"""How obstore tells a refusal where it has no error of its own for it (a listing). Only the
server's answer counts: the address and the time taken, which stand beside it, hold any number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """How to reach a bucket. Empty: Amazon's own endpoint, and the credentials of the machine."""

    bucket: str
    prefix: str = ""
    endpoint: str = ""
    region: str = ""
    key: str = ""
    secret: str = field(default="", repr=False)


class Bucket(Place):
    """A bucket, or a folder within one."""

    def __init__(self, access: Access) -> None:
        self.access = access
        self._prefix = f"{access.prefix.strip('/')}/" if access.prefix.strip("/") else ""
        try:
            import obstore
            from obstore import exceptions
            from obstore.store import S3Store
        except ImportError:
            problem = "pages in a bucket need the extra s3"
            raise PlaceError(problem, "pip install 'leadwire[s3]'") from None
        self._obstore, self._errors = obstore, exceptions
        self._store = S3Store(
            access.bucket,
            config=self._config(),
            client_options={"allow_http": access.endpoint.startswith("http://")},
            retry_config={"max_retries": 3},
        )

    def _config(self) -> Any:
        a = self.access
        given = {
            "endpoint": a.endpoint,
            "region": a.region or "us-east-1",
            "access_key_id": a.key,
            "secret_access_key": a.secret,
        }
        return {name: value for name, value in given.items() if value}

    async def read(self, path: str) -> bytes | None:
        try:
            found = await self._obstore.get_async(self._store, self._prefix + path)
            return bytes(await found.bytes_async())
        except FileNotFoundError:
            return None
        except (self._errors.BaseError, OSError) as error:
            raise self._told(error) from error

    async def same(self, path: str, body: bytes) -> bool:
        try:
            meta = await self._obstore.head_async(self._store, self._prefix + path)
        except FileNotFoundError:
            return False
        except (self._errors.BaseError, OSError) as error:
            raise self._told(error) from error
        tag = (meta.get("e_tag") or "").strip('"')
        return tag == hashlib.md5(body, usedforsecurity=False).hexdigest()

    async def write(self, path: str, body: bytes) -> None:
        attributes: Any = {"Content-Type": content_type(path)}
        try:
            await self._obstore.put_async(
                self._store,
                self._prefix + path,
                body,
                attributes=attributes,
                use_multipart=False,
            )
        except (self._errors.BaseError, OSError) as error:
            raise self._told(error) from error

    async def remove(self, path: str) -> bool:
        try:
            await self._obstore.head_async(self._store, self._prefix + path)
            await self._obstore.delete_async(self._store, self._prefix + path)
        except FileNotFoundError:
            return False
        except (self._errors.BaseError, OSError) as error:
            raise self._told(error) from error
        return True

    async def names(self, prefix: str = "") -> AsyncIterator[str]:
        try:
            async for chunk in self._obstore.list(self._store, self._prefix + prefix):
                for meta in chunk:
                    yield meta["path"][len(self._prefix) :]
        except (self._errors.BaseError, OSError) as error:
            raise self._told(error) from error

    def _told(self, error: Exception) -> PlaceError:
        """What a server's refusal means for an operator; its own words, without the request."""
        where = f"bucket {self.access.bucket}"
        words = " ".join(str(error).split())
        if REFUSED.search(words) or isinstance(
            error,
            PermissionError
            | self._errors.PermissionDeniedError
            | self._errors.UnauthenticatedError,
        ):
            remedy = "check pages_s3_key and pages_s3_secret, and that they may write there"
            return PlaceError(f"{where} refused", remedy)
        if isinstance(error, FileNotFoundError) or "<Code>NoSuchBucket" in words:
            return PlaceError(f"no {where}", "make it, or mend the setting pages")
        place = self.access.endpoint or "Amazon S3"
        remedy = f"check that {place} answers (pages_s3_endpoint); it will be tried again"
        return PlaceError(f"{where} does not answer ({words[:160]})", remedy, lasting=False)

"""The program kcat, with which strangers write and read: Debian's package."""

import shutil

from tests.services.places import absent


def kcat() -> str:
    """Where it is; skips or fails where it is not there."""
    found = shutil.which("kcat") or shutil.which("kafkacat")
    if found is None:
        absent("needs kcat (Debian: apt-get install kcat)")
    return found

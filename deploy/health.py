"""Asks this container's port for `livez` or `readyz`: exit 0, or 1 with the reason.

For healthchecks: standard library alone, and little of it, since it runs every few seconds in
every container.
"""

import os
import sys
from http.client import HTTPConnection, HTTPException

PATIENCE = 4.0
"""Seconds for an answer; less than a healthcheck's own timeout."""


def main() -> int:
    """Prints what the port said where it is not well."""
    path = sys.argv[1] if len(sys.argv) > 1 else "livez"
    port = int(os.environ.get("LEADWIRE_HTTP_PORT", "8080"))
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request("GET", f"/{path}")
        answer = connection.getresponse()
        body = answer.read(2000).decode("utf-8", "replace")
    except (OSError, HTTPException) as error:
        print(f"{path}: nothing answers on port {port}: {error}")
        return 1
    if answer.status != 200:
        print(f"{path}: {answer.status} {body}")
    return int(answer.status != 200)


if __name__ == "__main__":
    sys.exit(main())

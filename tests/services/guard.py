"""Runs a service for as long as a process lives.

`python -m tests.services.guard PID FOLDER COMMAND…`

pytest's workers come and go in any order and may be killed; what they started would stay. So a
service is started by this module, which ends it, and removes its folder, when PID is gone. A
service that ends by itself ends it too. Killing the process group kills both at once.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

LOOK = 0.5
"""Seconds between two looks for the process."""


def alive(pid: int) -> bool:
    """Says whether a process is there, and is ours: its number may have gone to somebody else."""
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def main() -> None:
    """Runs the command line's command."""
    pid, folder, command = int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:]
    service = subprocess.Popen(command)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: service.terminate())
    while service.poll() is None and alive(pid):
        time.sleep(LOOK)
    if service.poll() is not None:
        sys.exit(service.returncode)
    service.terminate()
    try:
        service.wait(10)
    except subprocess.TimeoutExpired:
        service.kill()
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()

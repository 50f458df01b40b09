"""Importing the readers costs next to nothing: libraries and tables load when first asked."""

import subprocess
import sys
from pathlib import Path

import pytest

MODULES = ["titles", "phones", "addresses", "companies", "listings", "places", "calendars", "zones"]
HEAVY = ["phonenumbers", "holidays", "email_validator", "pydantic", "rich"]


@pytest.mark.parametrize("module", MODULES)
def test_importing_a_reader_loads_no_library(module: str) -> None:
    code = (
        f"import sys, agents.identity.{module};"
        f"print([name for name in {HEAVY} if name in sys.modules])"
    )
    root = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"

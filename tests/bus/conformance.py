"""What every bus keeps, as a suite that each adapter's test inherits.

An adapter's test class inherits `BusConformance` and gives the hooks of `hooks.py`: memory and
SQLite do, and Kafka's will.
"""

from tests.bus.delivering import Bounds, Delivers, Refuses, Tells
from tests.bus.redelivering import Redelivers, Shares, Stops


class BusConformance(Delivers, Bounds, Refuses, Redelivers, Shares, Stops, Tells):
    """The whole suite."""

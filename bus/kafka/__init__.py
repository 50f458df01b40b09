"""Kafka as the bus: FastStream's broker over aiokafka, behind the port of `bus.base`.

This folder alone imports either of them, so it needs the extra `leadwire[kafka]`;
`agents/wiring.py` imports it where settings name a broker.
"""

from bus.kafka.bus import KafkaBus
from bus.kafka.connection import Connection

__all__ = ["Connection", "KafkaBus"]

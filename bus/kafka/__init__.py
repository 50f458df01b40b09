"""Kafka as the bus: FastStream's broker over aiokafka, behind the port of `bus.base`.

This folder alone imports either of them, so it needs the extra `leadwire[kafka]`;
`agents/wiring.py` imports it where settings name a broker.

Rights that a cluster with access rules has to grant: to agents, Read, Write and Describe on our
topics and Read on the groups (their names are the agents'), all under `bus_prefix`; to whoever runs
`leadwire topics apply`, also Create, Alter, DescribeConfigs and AlterConfigs on the topics. With
DescribeConfigs on the cluster, start-up can see whether brokers make topics by themselves.
"""

from bus.kafka.bus import KafkaBus
from bus.kafka.connection import Connection

__all__ = ["Connection", "KafkaBus"]

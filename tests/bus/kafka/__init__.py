"""The Kafka bus against a real broker."""

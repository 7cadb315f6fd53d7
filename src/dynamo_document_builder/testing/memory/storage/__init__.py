"""The storage of the engine: tables, indexes, items and idempotency tokens."""

"""Daemon threads for the work of transports that can block."""

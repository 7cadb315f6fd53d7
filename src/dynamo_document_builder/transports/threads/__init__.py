"""Daemon threads for transports."""

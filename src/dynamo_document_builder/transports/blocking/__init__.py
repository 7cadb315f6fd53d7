"""Sockets that block: one connection, and a pool of them."""

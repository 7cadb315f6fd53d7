"""What carries requests over asyncio: connections, and the pool of them that one event loop has."""

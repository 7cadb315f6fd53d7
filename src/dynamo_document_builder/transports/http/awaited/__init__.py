"""The direct transport for asyncio."""

"""The direct transport for asyncio, with its connections and their pool."""

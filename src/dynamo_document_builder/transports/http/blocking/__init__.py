"""The direct transport that blocks, with its connections and their pool."""

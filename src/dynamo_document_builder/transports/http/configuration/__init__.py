"""How the direct transport is configured."""

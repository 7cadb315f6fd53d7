"""The configuration of the direct transports: from arguments, a client, files, or the environment."""

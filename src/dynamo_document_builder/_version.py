"""The version, which the metadata of the distribution and the user agents of the transports take from here."""

__version__ = "0.2.0"

"""The command-line interface `ddb`, built on the public API of the library."""

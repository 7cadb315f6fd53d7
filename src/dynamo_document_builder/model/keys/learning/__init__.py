"""Analysis of key functions: the library calls them with stand-ins to find out if they are templates."""

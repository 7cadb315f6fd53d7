"""The fields that the library sets itself: versions and timestamps."""

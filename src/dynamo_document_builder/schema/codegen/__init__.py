"""Code generation: readers and writers, generated once per class."""

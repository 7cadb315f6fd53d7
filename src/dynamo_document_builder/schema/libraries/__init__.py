"""Adapters: one module per class library, which reads the fields of classes and makes objects."""

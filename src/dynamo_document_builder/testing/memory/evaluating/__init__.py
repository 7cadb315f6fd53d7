"""Evaluation of expressions on stored items."""

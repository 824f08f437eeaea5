"""Switching active question sets."""

"""Clearing chosen sessions."""

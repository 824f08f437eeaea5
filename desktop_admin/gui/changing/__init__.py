"""Changing data from the window: confirm, release, carry out, undo, tell."""

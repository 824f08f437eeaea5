"""Assigning, resetting and reassigning slots."""

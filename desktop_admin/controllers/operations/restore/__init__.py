"""Putting cleared sessions back."""

"""Reopening a submitted paper."""

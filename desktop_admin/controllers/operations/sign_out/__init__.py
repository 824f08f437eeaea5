"""Ending portal logins."""

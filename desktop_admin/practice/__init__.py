"""Invented exam days: the demo, its samples, and the self-check; no part of the product at the desk."""

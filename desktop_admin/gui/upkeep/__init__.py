"""Dialogs for the rules of the centre, the roles, back-ups and the guard."""

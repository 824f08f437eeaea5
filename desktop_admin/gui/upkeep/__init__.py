"""Dialogs for the rules of the centre and the guard."""

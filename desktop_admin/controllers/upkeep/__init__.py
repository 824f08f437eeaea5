"""The rules of the centre, back-ups and the guard."""

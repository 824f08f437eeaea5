"""Importing registers: the preview of every row, the headings of a centre, and the login slips."""

"""Pieces of SQL in the words of each engine, and those that the archive and given answers need."""

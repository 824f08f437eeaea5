"""The pane of the question sets."""

"""The pane of the history."""

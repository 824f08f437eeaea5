"""The pane of the sessions."""

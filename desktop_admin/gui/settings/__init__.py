"""What this desk has set, and the dialogs in which it is set."""

"""Taking an operation back."""

"""Who is inside: signing in, locking, leaving."""

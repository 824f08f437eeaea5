"""The exam day: who is there, what must be so before a shift, and what happened in the hall."""

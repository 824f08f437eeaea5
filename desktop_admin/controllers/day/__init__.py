"""The exam day around the exam: who is there, what must be so before a shift, and what happened in the hall."""

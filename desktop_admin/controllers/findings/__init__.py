"""What is not as it should be: with sessions, sets and switches, logins and candidates. Derived, never stored."""

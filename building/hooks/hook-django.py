"""Only Django's password hashers are used; PyInstaller's own hook would collect all of Django."""

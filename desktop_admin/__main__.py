"""``python -m desktop_admin`` is the command ``desktop-admin``."""

from desktop_admin.cli import main

if __name__ == "__main__":
    main()

"""``python -m desktop_admin`` is the command ``desktop-admin``."""

import sys

if __name__ == "__main__":
    if getattr(sys, "frozen", False):
        # In one folder there is no Python to start: the program itself is the process beside it (``files/age.py``).
        import multiprocessing

        multiprocessing.freeze_support()

    from desktop_admin.cli import main

    main()

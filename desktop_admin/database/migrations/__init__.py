"""The Alembic revisions that make our own tables, and the way to run them.

What a revision does must be possible again: MariaDB keeps what an interrupted one has made, and cannot roll it back.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection

FOLDER = Path(__file__).parent


def upgrade(connection: Connection) -> None:
    """Bring our own tables to the newest revision, in the transaction of this connection where the database can."""
    # Alembic takes a moment to import, and is needed once in a database's life.
    from alembic import command
    from alembic.config import Config

    config = Config()
    # A percent sign would begin a placeholder.
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")

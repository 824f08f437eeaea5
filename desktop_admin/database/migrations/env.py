"""Runs our revisions on the connection and in the transaction that ``upgrade`` is given."""

from alembic import context

from desktop_admin.database.tables.own import VERSION_TABLE

context.configure(
    connection=context.config.attributes["connection"],
    version_table=VERSION_TABLE,
    # SQLite can roll DDL back, although Alembic does not assume it.
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()

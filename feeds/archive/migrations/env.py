"""Alembic asks here for a connection; open_archive gives its own, so that one transaction covers the whole upgrade."""

from alembic import context

from feeds.archive.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
    transaction_per_migration=False,
)
context.run_migrations()

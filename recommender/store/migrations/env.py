"""Alembic's entry: it runs within the transaction that `migrations.upgrade` opened."""

from alembic import context

from recommender.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=False,  # the transaction is ours
)
context.run_migrations()

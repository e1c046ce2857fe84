"""Runs the migrations as the owner, one process at a time, each revision in its own transaction."""

from alembic import context
from sqlalchemy import NullPool, create_engine, text

from service.kit.database import psycopg_url
from service.kit.tables import every_table

#: Any number, the same for every process that migrates.
MIGRATION_LOCK = 5001532026


def ours(_: object, name: str | None, kind: str, *__: object) -> bool:
    """Whether a table is of our making; the queue's own tables are described by its package."""
    return not (kind == "table" and name is not None and name.startswith("procrastinate_"))


def run() -> None:
    # no pool: the lock is let go with its connection, whatever happens
    engine = create_engine(psycopg_url(context.config.attributes["url"]), poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": MIGRATION_LOCK})
        connection.execute(text("SET lock_timeout = '10s'"))
        connection.commit()
        context.configure(
            connection=connection,
            target_metadata=every_table(),
            include_object=ours,
            compare_type=True,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()


run()

"""runs of routines, which need no data set; costs, invoices and estimates

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    _routines()
    _rates_and_invoices()
    _estimates()
    _serving_and_ownership()


def downgrade() -> None:
    raise RuntimeError('Routines and costs would be lost: put the back-up from before the upgrade back instead.')


def _routines() -> None:
    op.add_column('runs', sa.Column('kind', sa.String(length=10), nullable=False, server_default='recipe'))
    op.add_column('runs', sa.Column('harvested_at', sa.DateTime(), nullable=True))
    _may_be_null('experiments', 'dataset_id')


def _may_be_null(table: str, column: str) -> None:
    """Take NOT NULL from a column. SQLite would need a copy of the table, to which others refer; its documentation
    (ALTER TABLE, section 7) offers this way for a change that does not touch what is stored."""
    connection = op.get_bind()
    if connection.dialect.name != 'sqlite':
        op.alter_column(table, column, nullable=True)
        return
    name = {'name': table}
    before = connection.execute(sa.text("SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = :name"), name).scalar_one()
    after = before.replace(f'{column} INTEGER NOT NULL', f'{column} INTEGER')
    if after == before:
        raise RuntimeError(f'{table}.{column} is not as migration 0001 made it')
    version = connection.exec_driver_sql('PRAGMA schema_version').scalar_one()
    connection.exec_driver_sql('PRAGMA writable_schema = ON')
    connection.execute(
        sa.text("UPDATE sqlite_schema SET sql = :sql WHERE type = 'table' AND name = :name"), {'sql': after, **name}
    )
    connection.exec_driver_sql(f'PRAGMA schema_version = {version + 1}')
    connection.exec_driver_sql('PRAGMA writable_schema = OFF')


def _rates_and_invoices() -> None:
    pass


def _estimates() -> None:
    pass


def _serving_and_ownership() -> None:
    pass

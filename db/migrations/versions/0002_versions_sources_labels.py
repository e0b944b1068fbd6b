"""versions of data sets, runs over runs, labels given in the browser

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def _refer(table: str, column: str, kind: sa.types.TypeEngine, other: str) -> None:
    """Add a column that refers to a row of `other`. SQLite takes the reference in ADD COLUMN, where a batch would
    copy a table that others refer to; there it stays without a name."""
    if op.get_bind().dialect.name == 'sqlite':
        name = str(kind.compile(dialect=op.get_bind().dialect))
        op.execute(f'ALTER TABLE {table} ADD COLUMN {column} {name} REFERENCES {other} (id)')
    else:
        op.add_column(table, sa.Column(column, kind, nullable=True))
        op.create_foreign_key(f'fk_{table}_{column}_{other}', table, other, [column], ['id'])
    op.create_index(f'ix_{table}_{column}', table, [column], unique=False)


def upgrade() -> None:
    op.add_column('datasets', sa.Column('input_kind', sa.String(length=10), nullable=False, server_default='text'))
    op.add_column('datasets', sa.Column('change', sa.String(length=20), nullable=False, server_default=''))
    op.add_column('datasets', sa.Column('columns', sa.JSON(), nullable=False, server_default='[]'))
    op.add_column('runs', sa.Column('estimate_seconds', sa.Double(), nullable=True))
    _refer('datasets', 'parent_id', sa.Integer(), 'datasets')
    _refer('runs', 'source_run_id', sa.String(length=12), 'runs')
    if op.get_bind().dialect.name == 'postgresql':  # 0001 could not refer to a table that came after it
        op.create_foreign_key('fk_products_adopted_run_id_runs', 'products', 'runs', ['adopted_run_id'], ['id'])
    op.create_index('uq_runs_running_device', 'runs', ['device'], unique=True,
                    sqlite_where=sa.text("state = 'running'"), postgresql_where=sa.text("state = 'running'"))
    op.create_index('ix_metric_summaries_scores', 'metric_summaries',  # leaderboards read it instead of the wide rows
                    ['run_id', 'split', 'name', 'value', 'low', 'high', 'n', 'baseline'], unique=False)
    op.add_column('artifacts', sa.Column('removed_at', sa.DateTime(), nullable=True))
    op.create_table('labellings',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('dataset_id', sa.Integer(), nullable=False),
    sa.Column('row', sa.Integer(), nullable=False),
    sa.Column('label', sa.String(), nullable=False),
    sa.Column('author', sa.String(length=120), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['dataset_id'], ['datasets.id'], name=op.f('fk_labellings_dataset_id_datasets')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_labellings'))
    )
    op.create_index('ix_labellings_row', 'labellings', ['dataset_id', 'row', 'id'], unique=False)


def downgrade() -> None:
    raise RuntimeError('Versions, sources and labels would be lost: put the back-up from before the upgrade back instead.')

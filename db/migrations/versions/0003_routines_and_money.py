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
    _wider_rates()
    _ledger()
    _day_totals()
    op.create_table(
        'budgets',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('product_id', sa.Integer(), nullable=True),
        sa.Column('category', sa.String(length=20), nullable=False),
        sa.Column('from_month', sa.String(length=7), nullable=False),
        sa.Column('usd_nano', sa.BigInteger(), nullable=True),
        sa.Column('thresholds', sa.JSON(), nullable=False),
        sa.Column('reason', sa.String(), nullable=False),
        sa.Column('author', sa.String(length=120), nullable=False),
        sa.Column('created_at', sa.DateTime(), nullable=False),
        sa.CheckConstraint('usd_nano > 0', name=op.f('ck_budgets_positive')),
        sa.ForeignKeyConstraint(['product_id'], ['products.id'], name=op.f('fk_budgets_product_id_products')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_budgets')),
    )


def _wider_rates() -> None:
    for name, length, default in (
        ('kind', 20, 'compute'),
        ('provider', 40, ''),
        ('region', 40, ''),
        ('item', 80, ''),
        ('currency', 3, 'USD'),
        ('url', None, ''),
        ('origin', 80, ''),
        ('author', 120, ''),
    ):
        op.add_column('rates', sa.Column(name, sa.String(length=length), nullable=False, server_default=default))
    op.add_column('rates', sa.Column('quoted', sa.JSON(), nullable=True))
    op.create_index('ix_rates_kind', 'rates', ['kind', 'key', 'valid_from'])
    op.create_index('ix_rates_fingerprint', 'rates', ['fingerprint'])


def _ledger() -> None:
    op.create_table(
        'invoices',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('supplier', sa.String(length=120), nullable=False),
        sa.Column('number', sa.String(length=80), nullable=False),
        sa.Column('file_name', sa.String(length=200), nullable=False),
        sa.Column('sha256', sa.String(length=64), nullable=False),
        sa.Column('usd_nano', sa.BigInteger(), nullable=False),
        sa.Column('lines', sa.Integer(), nullable=False),
        sa.Column('author', sa.String(length=120), nullable=False),
        sa.Column('created_at', sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_invoices')),
        sa.UniqueConstraint('supplier', 'number', name=op.f('uq_invoices_supplier_number')),
    )
    op.create_table(
        'ledger_entries',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('day', sa.Date(), nullable=False),
        sa.Column('product_id', sa.Integer(), nullable=True),
        sa.Column('run_id', sa.String(length=12), nullable=True),
        sa.Column('category', sa.String(length=20), nullable=False),
        sa.Column('basis', sa.String(length=10), nullable=False),
        sa.Column('usd_nano', sa.BigInteger(), nullable=False),
        sa.Column('grade', sa.String(length=10), nullable=False),
        sa.Column('currency', sa.String(length=3), nullable=False),
        sa.Column('quoted', sa.JSON(), nullable=True),
        sa.Column('quantity', sa.Double(), nullable=True),
        sa.Column('unit', sa.String(length=20), nullable=False),
        sa.Column('supplier', sa.String(length=120), nullable=False),
        sa.Column('region', sa.String(length=40), nullable=False),
        sa.Column('description', sa.String(), nullable=False),
        sa.Column('source', sa.String(), nullable=False),
        sa.Column('invoice_id', sa.Integer(), nullable=True),
        sa.Column('reverses_id', sa.Integer(), nullable=True),
        sa.Column('author', sa.String(length=120), nullable=False),
        sa.Column('created_at', sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(['invoice_id'], ['invoices.id'], name=op.f('fk_ledger_entries_invoice_id_invoices')),
        sa.ForeignKeyConstraint(['product_id'], ['products.id'], name=op.f('fk_ledger_entries_product_id_products')),
        sa.ForeignKeyConstraint(
            ['reverses_id'], ['ledger_entries.id'], name=op.f('fk_ledger_entries_reverses_id_ledger_entries')
        ),
        sa.ForeignKeyConstraint(['run_id'], ['runs.id'], name=op.f('fk_ledger_entries_run_id_runs')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_ledger_entries')),
        sa.UniqueConstraint('reverses_id', name=op.f('uq_ledger_entries_reverses_id')),
    )
    op.create_index('ix_ledger_entries_day', 'ledger_entries', ['day', 'id'])
    op.create_index('ix_ledger_entries_invoice', 'ledger_entries', ['invoice_id'])
    op.create_index('ix_ledger_entries_run', 'ledger_entries', ['run_id'])
    op.create_index('ix_cost_entries_ended', 'cost_entries', ['ended_at'])


def _day_totals() -> None:
    """What was metered before is counted on the day it ended."""
    op.create_table(
        'day_totals',
        sa.Column('day', sa.Date(), nullable=False),
        sa.Column('product_id', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('category', sa.String(length=20), nullable=False),
        sa.Column('basis', sa.String(length=10), nullable=False),
        sa.Column('grade', sa.String(length=10), nullable=False),
        sa.Column('month', sa.String(length=7), nullable=False),
        sa.Column('usd_nano', sa.BigInteger(), nullable=False),
        sa.Column('entries', sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint('day', 'product_id', 'category', 'basis', 'grade', name=op.f('pk_day_totals')),
    )
    op.create_index('ix_day_totals_month', 'day_totals', ['month'])
    on_sqlite = op.get_bind().dialect.name == 'sqlite'
    day = 'date(ended_at)' if on_sqlite else 'CAST(ended_at AS DATE)'
    month = "strftime('%Y-%m', ended_at)" if on_sqlite else "to_char(ended_at, 'YYYY-MM')"
    op.execute(
        sa.text(
            'INSERT INTO day_totals (day, product_id, category, basis, grade, month, usd_nano, entries) '
            f"SELECT {day}, coalesce(product_id, 0), category, 'metered', grade, {month}, sum(usd_nano), count(*) "
            f'FROM cost_entries GROUP BY {day}, coalesce(product_id, 0), category, grade, {month}'
        )
    )


def _estimates() -> None:
    op.create_table('run_estimates',
    sa.Column('run_id', sa.String(length=12), nullable=False),
    sa.Column('device', sa.String(length=60), nullable=False),
    sa.Column('threads', sa.Integer(), nullable=False),
    sa.Column('work', sa.JSON(), nullable=False),
    sa.Column('figures', sa.JSON(), nullable=False),
    sa.Column('phases', sa.JSON(), nullable=False),
    sa.Column('runs', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['run_id'], ['runs.id'], name='fk_run_estimates_run_id_runs', ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('run_id', name='pk_run_estimates')
    )
    op.create_table('run_calibrations',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('device', sa.String(length=60), nullable=False),
    sa.Column('runs', sa.Integer(), nullable=False),
    sa.Column('learned', sa.JSON(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name='pk_run_calibrations')
    )
    op.create_index('ix_run_calibrations_device', 'run_calibrations', ['device', 'id'])
    op.create_table('route_advice',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('dataset_id', sa.Integer(), nullable=False),
    sa.Column('task', sa.String(length=60), nullable=False),
    sa.Column('wishes', sa.JSON(), nullable=False),
    sa.Column('ranked', sa.JSON(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['dataset_id'], ['datasets.id'], name='fk_route_advice_dataset_id_datasets'),
    sa.PrimaryKeyConstraint('id', name='pk_route_advice')
    )
    op.create_index('ix_route_advice_dataset', 'route_advice', ['dataset_id', 'id'])


def _serving_and_ownership() -> None:
    op.create_table(
        'api_charges',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('run_id', sa.String(length=12), nullable=False),
        sa.Column('key', sa.String(length=64), nullable=False),
        sa.Column('category', sa.String(length=20), nullable=False),
        sa.Column('period', sa.String(length=20), nullable=False),
        sa.Column('at', sa.DateTime(), nullable=False),
        sa.Column('model', sa.String(length=120), nullable=False),
        sa.Column('input_tokens', sa.Integer(), nullable=False),
        sa.Column('cached_tokens', sa.Integer(), nullable=False),
        sa.Column('output_tokens', sa.Integer(), nullable=False),
        sa.Column('usd_nano', sa.BigInteger(), nullable=False),
        sa.Column('grade', sa.String(length=10), nullable=False),
        sa.Column('source', sa.String(length=200), nullable=False),
        sa.CheckConstraint('usd_nano >= 0', name=op.f('ck_api_charges_not_negative')),
        sa.ForeignKeyConstraint(['run_id'], ['runs.id'], name=op.f('fk_api_charges_run_id_runs')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_api_charges')),
        sa.UniqueConstraint('run_id', 'key', name=op.f('uq_api_charges_run_id_key')),
    )
    op.create_table(
        'ownership_inputs',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('product_id', sa.Integer(), nullable=False),
        sa.Column('name', sa.String(length=60), nullable=False),
        sa.Column('value', sa.Double(), nullable=True),
        sa.Column('low', sa.Double(), nullable=True),
        sa.Column('high', sa.Double(), nullable=True),
        sa.Column('why', sa.String(), nullable=False),
        sa.Column('author', sa.String(length=120), nullable=False),
        sa.Column('created_at', sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(['product_id'], ['products.id'], name=op.f('fk_ownership_inputs_product_id_products')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_ownership_inputs')),
    )
    op.create_index('ix_ownership_inputs_current', 'ownership_inputs', ['product_id', 'name', 'id'], unique=False)

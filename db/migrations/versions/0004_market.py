"""series and forecasts, documents and signals, sizes and competitors

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    _series_and_forecasts()
    _documents_and_signals()
    _sizes_and_competitors()


def downgrade() -> None:
    raise RuntimeError('The market would be lost: put the back-up from before the upgrade back instead.')


def _series_and_forecasts() -> None:
    op.create_table('markets',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('slug', sa.String(length=80), nullable=False),
        sa.Column('name', sa.String(length=120), nullable=False),
        sa.Column('note', sa.String(), nullable=False),
        sa.Column('sample', sa.Boolean(), nullable=False),
        sa.Column('created_at', sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_markets')),
        sa.UniqueConstraint('slug', name=op.f('uq_markets_slug')),
    )
    op.create_table('product_markets',
        sa.Column('product_id', sa.Integer(), nullable=False),
        sa.Column('market_id', sa.Integer(), nullable=False),
        sa.Column('created_at', sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(['product_id'], ['products.id'], name=op.f('fk_product_markets_product_id_products')),
        sa.ForeignKeyConstraint(['market_id'], ['markets.id'], name=op.f('fk_product_markets_market_id_markets')),
        sa.PrimaryKeyConstraint('product_id', 'market_id', name=op.f('pk_product_markets')),
    )
    op.create_index(op.f('ix_product_markets_market_id'), 'product_markets', ['market_id'])
    op.create_table('series',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('market_id', sa.Integer(), nullable=False),
        sa.Column('unique_id', sa.String(length=200), nullable=False),
        sa.Column('freq', sa.String(length=10), nullable=False),
        sa.Column('season_length', sa.Integer(), nullable=False),
        sa.Column('unit', sa.String(length=60), nullable=False),
        sa.Column('source', sa.String(), nullable=False),
        sa.Column('licence', sa.String(), nullable=False),
        sa.Column('is_demand', sa.Boolean(), nullable=False),
        sa.Column('created_at', sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(['market_id'], ['markets.id'], name=op.f('fk_series_market_id_markets')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_series')),
        sa.UniqueConstraint('market_id', 'unique_id', name=op.f('uq_series_market_id_unique_id')),
    )
    op.create_table('series_versions',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('series_id', sa.Integer(), nullable=False),
        sa.Column('fingerprint', sa.String(length=64), nullable=False),
        sa.Column('ds', sa.JSON(), nullable=False),
        sa.Column('y', sa.JSON(), nullable=False),
        sa.Column('past', sa.JSON(), nullable=False),
        sa.Column('report', sa.JSON(), nullable=False),
        sa.Column('created_at', sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(['series_id'], ['series.id'], name=op.f('fk_series_versions_series_id_series')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_series_versions')),
    )
    op.create_index('ix_series_versions_newest', 'series_versions', ['series_id', 'id'])
    op.create_table('forecasts',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('series_id', sa.Integer(), nullable=False),
        sa.Column('version_id', sa.Integer(), nullable=False),
        sa.Column('run_id', sa.String(length=12), nullable=True),
        sa.Column('method', sa.String(length=40), nullable=False),
        sa.Column('config', sa.JSON(), nullable=False),
        sa.Column('horizon', sa.Integer(), nullable=False),
        sa.Column('ds', sa.JSON(), nullable=False),
        sa.Column('y_hat', sa.JSON(), nullable=False),
        sa.Column('lo_90', sa.JSON(), nullable=False),
        sa.Column('hi_90', sa.JSON(), nullable=False),
        sa.Column('naive', sa.JSON(), nullable=False),
        sa.Column('backtest', sa.JSON(), nullable=False),
        sa.Column('note', sa.JSON(), nullable=False),
        sa.Column('scenario', sa.String(length=80), nullable=False),
        sa.Column('base_id', sa.Integer(), nullable=True),
        sa.Column('seconds', sa.Double(), nullable=False),
        sa.Column('author', sa.String(length=120), nullable=False),
        sa.Column('created_at', sa.DateTime(), nullable=False),
        sa.CheckConstraint('horizon > 0', name=op.f('ck_forecasts_horizon_positive')),
        sa.ForeignKeyConstraint(['base_id'], ['forecasts.id'], name=op.f('fk_forecasts_base_id_forecasts')),
        sa.ForeignKeyConstraint(['run_id'], ['runs.id'], name=op.f('fk_forecasts_run_id_runs')),
        sa.ForeignKeyConstraint(['series_id'], ['series.id'], name=op.f('fk_forecasts_series_id_series')),
        sa.ForeignKeyConstraint(['version_id'], ['series_versions.id'], name=op.f('fk_forecasts_version_id_series_versions')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_forecasts')),
    )
    op.create_index(op.f('ix_forecasts_base_id'), 'forecasts', ['base_id'])
    op.create_index(op.f('ix_forecasts_run_id'), 'forecasts', ['run_id'])
    op.create_index('ix_forecasts_series', 'forecasts', ['series_id', 'id'])
    op.create_table('forecast_grades',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('forecast_id', sa.Integer(), nullable=False),
        sa.Column('version_id', sa.Integer(), nullable=False),
        sa.Column('points', sa.Integer(), nullable=False),
        sa.Column('mae', sa.Double(), nullable=False),
        sa.Column('rmse', sa.Double(), nullable=False),
        sa.Column('mase', sa.Double(), nullable=True),
        sa.Column('smape', sa.Double(), nullable=False),
        sa.Column('pinball', sa.Double(), nullable=False),
        sa.Column('coverage_90', sa.Double(), nullable=False),
        sa.Column('naive_mae', sa.Double(), nullable=False),
        sa.Column('created_at', sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(['forecast_id'], ['forecasts.id'], name=op.f('fk_forecast_grades_forecast_id_forecasts')),
        sa.ForeignKeyConstraint(['version_id'], ['series_versions.id'], name=op.f('fk_forecast_grades_version_id_series_versions')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_forecast_grades')),
        sa.UniqueConstraint('forecast_id', 'version_id', name=op.f('uq_forecast_grades_forecast_id_version_id')),
    )
    op.create_index('ix_forecast_grades_newest', 'forecast_grades', ['forecast_id', 'id'])


def _documents_and_signals() -> None:
    op.create_table('documents',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('sha256', sa.String(length=64), nullable=False),
        sa.Column('kind', sa.String(length=10), nullable=False),
        sa.Column('title', sa.String(length=200), nullable=False),
        sa.Column('text', sa.String(), nullable=False),
        sa.Column('url', sa.String(), nullable=False),
        sa.Column('published_on', sa.Date(), nullable=True),
        sa.Column('language', sa.String(length=2), nullable=False),
        sa.Column('cut', sa.Boolean(), nullable=False),
        sa.Column('author', sa.String(length=120), nullable=False),
        sa.Column('created_at', sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_documents')),
        sa.UniqueConstraint('sha256', name=op.f('uq_documents_sha256')),
    )
    op.create_table('signals',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('document_id', sa.Integer(), nullable=False),
        sa.Column('same_as_id', sa.Integer(), nullable=True),
        sa.Column('novelty', sa.Double(), nullable=False),
        sa.Column('signature', sa.JSON(), nullable=False),
        sa.Column('fields', sa.JSON(), nullable=False),
        sa.Column('classifier', sa.String(length=40), nullable=False),
        sa.Column('created_at', sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(['document_id'], ['documents.id'], name=op.f('fk_signals_document_id_documents')),
        sa.ForeignKeyConstraint(['same_as_id'], ['signals.id'], name=op.f('fk_signals_same_as_id_signals')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_signals')),
        sa.UniqueConstraint('document_id', name=op.f('uq_signals_document_id')),
    )
    op.create_index('ix_signals_same_as', 'signals', ['same_as_id'])
    op.create_table('signal_corrections',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('signal_id', sa.Integer(), nullable=False),
        sa.Column('field', sa.String(length=20), nullable=False),
        sa.Column('value', sa.String(length=60), nullable=False),
        sa.Column('author', sa.String(length=120), nullable=False),
        sa.Column('created_at', sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(['signal_id'], ['signals.id'], name=op.f('fk_signal_corrections_signal_id_signals')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_signal_corrections')),
    )
    op.create_index('ix_signal_corrections_newest', 'signal_corrections', ['signal_id', 'field', 'id'])
    op.create_table('signal_links',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('signal_id', sa.Integer(), nullable=False),
        sa.Column('product_id', sa.Integer(), nullable=False),
        sa.Column('linked', sa.Boolean(), nullable=False),
        sa.Column('p', sa.Double(), nullable=True),
        sa.Column('author', sa.String(length=120), nullable=False),
        sa.Column('created_at', sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(['signal_id'], ['signals.id'], name=op.f('fk_signal_links_signal_id_signals')),
        sa.ForeignKeyConstraint(['product_id'], ['products.id'], name=op.f('fk_signal_links_product_id_products')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_signal_links')),
    )
    op.create_index(op.f('ix_signal_links_product_id'), 'signal_links', ['product_id'])
    op.create_index('ix_signal_links_newest', 'signal_links', ['signal_id', 'product_id', 'id'])
    op.create_table('signal_classifiers',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('language', sa.String(length=2), nullable=False),
        sa.Column('kind', sa.String(length=10), nullable=False),
        sa.Column('run_id', sa.String(length=12), nullable=True),
        sa.Column('author', sa.String(length=120), nullable=False),
        sa.Column('created_at', sa.DateTime(), nullable=False),
        sa.CheckConstraint("kind in ('words', 'zero_shot', 'headlines', 'run')", name=op.f('ck_signal_classifiers_kind')),
        sa.ForeignKeyConstraint(['run_id'], ['runs.id'], name=op.f('fk_signal_classifiers_run_id_runs')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_signal_classifiers')),
    )
    op.create_index(op.f('ix_signal_classifiers_run_id'), 'signal_classifiers', ['run_id'])
    op.create_table('visits',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('page', sa.String(length=40), nullable=False),
        sa.Column('who', sa.String(length=120), nullable=False),
        sa.Column('created_at', sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_visits')),
    )
    op.create_index('ix_visits_newest', 'visits', ['page', 'who', 'id'])
    op.create_table('obligation_answers',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('product_id', sa.Integer(), nullable=False),
        sa.Column('question', sa.String(length=40), nullable=False),
        sa.Column('answer', sa.Boolean(), nullable=True),
        sa.Column('author', sa.String(length=120), nullable=False),
        sa.Column('created_at', sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(['product_id'], ['products.id'], name=op.f('fk_obligation_answers_product_id_products')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_obligation_answers')),
    )
    op.create_index('ix_obligation_answers_newest', 'obligation_answers', ['product_id', 'question', 'id'])
    op.create_table('obligation_states',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('product_id', sa.Integer(), nullable=False),
        sa.Column('key', sa.String(length=80), nullable=False),
        sa.Column('status', sa.String(length=20), nullable=False),
        sa.Column('owner', sa.String(length=120), nullable=False),
        sa.Column('source', sa.String(), nullable=False),
        sa.Column('checked_on', sa.Date(), nullable=True),
        sa.Column('note', sa.String(), nullable=False),
        sa.Column('amount_nano', sa.BigInteger(), nullable=True),
        sa.Column('author', sa.String(length=120), nullable=False),
        sa.Column('created_at', sa.DateTime(), nullable=False),
        sa.CheckConstraint("status in ('open', 'in progress', 'met', 'does not apply')", name=op.f('ck_obligation_states_status')),
        sa.ForeignKeyConstraint(['product_id'], ['products.id'], name=op.f('fk_obligation_states_product_id_products')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_obligation_states')),
    )
    op.create_index('ix_obligation_states_newest', 'obligation_states', ['product_id', 'key', 'id'])


def _sizes_and_competitors() -> None:
    _taken_back()
    _competitors()
    _behaviours()


def _taken_back() -> None:
    op.create_table('taken_back',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('product_id', sa.Integer(), nullable=False),
        sa.Column('measure', sa.String(length=80), nullable=False),
        sa.Column('evidence_id', sa.Integer(), nullable=False),
        sa.Column('author', sa.String(length=120), nullable=False),
        sa.Column('why', sa.String(), nullable=False),
        sa.Column('created_at', sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(['product_id'], ['products.id'], name=op.f('fk_taken_back_product_id_products')),
        sa.ForeignKeyConstraint(['evidence_id'], ['evidence.id'], name=op.f('fk_taken_back_evidence_id_evidence')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_taken_back')),
    )
    op.create_index(op.f('ix_taken_back_product_id'), 'taken_back', ['product_id'])


def _competitors() -> None:
    op.create_table('competitors',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('product_id', sa.Integer(), nullable=False),
        sa.Column('name', sa.String(length=120), nullable=False),
        sa.Column('name_key', sa.String(length=120), nullable=False),
        sa.Column('url', sa.String(length=500), nullable=False),
        sa.Column('positioning', sa.String(), nullable=False),
        sa.Column('author', sa.String(length=120), nullable=False),
        sa.Column('created_at', sa.DateTime(), nullable=False),
        sa.Column('gone_at', sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(['product_id'], ['products.id'], name=op.f('fk_competitors_product_id_products')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_competitors')),
        sa.UniqueConstraint('product_id', 'name_key', name=op.f('uq_competitors_product_id_name_key')),
    )
    op.create_table('competitor_prices',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('competitor_id', sa.Integer(), nullable=False),
        sa.Column('unit', sa.String(length=30), nullable=False),
        sa.Column('usd_nano', sa.BigInteger(), nullable=False),
        sa.Column('on', sa.Date(), nullable=False),
        sa.Column('grade', sa.String(length=10), nullable=False),
        sa.Column('source', sa.String(), nullable=False),
        sa.Column('author', sa.String(length=120), nullable=False),
        sa.Column('created_at', sa.DateTime(), nullable=False),
        sa.CheckConstraint('usd_nano >= 0', name=op.f('ck_competitor_prices_not_negative')),
        sa.CheckConstraint("grade in ('quoted', 'assumed')", name=op.f('ck_competitor_prices_grade')),
        sa.ForeignKeyConstraint(['competitor_id'], ['competitors.id'], name=op.f('fk_competitor_prices_competitor_id_competitors')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_competitor_prices')),
    )
    op.create_index('ix_competitor_prices_history', 'competitor_prices', ['competitor_id', 'unit', 'on'])
    op.create_table('competitor_features',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('competitor_id', sa.Integer(), nullable=False),
        sa.Column('feature', sa.String(length=80), nullable=False),
        sa.Column('answer', sa.String(length=10), nullable=False),
        sa.Column('author', sa.String(length=120), nullable=False),
        sa.Column('created_at', sa.DateTime(), nullable=False),
        sa.CheckConstraint("answer in ('yes', 'partly', 'no')", name=op.f('ck_competitor_features_answer')),
        sa.ForeignKeyConstraint(['competitor_id'], ['competitors.id'], name=op.f('fk_competitor_features_competitor_id_competitors')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_competitor_features')),
    )
    op.create_index(op.f('ix_competitor_features_competitor_id'), 'competitor_features', ['competitor_id'])


def _behaviours() -> None:
    op.create_table('behaviours',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('product_id', sa.Integer(), nullable=False),
        sa.Column('name', sa.String(length=120), nullable=False),
        sa.Column('fingerprint', sa.String(length=64), nullable=False),
        sa.Column('licence', sa.String(length=500), nullable=False),
        sa.Column('source', sa.String(length=500), nullable=False),
        sa.Column('settings', sa.JSON(), nullable=False),
        sa.Column('summary', sa.JSON(), nullable=False),
        sa.Column('author', sa.String(length=120), nullable=False),
        sa.Column('created_at', sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(['product_id'], ['products.id'], name=op.f('fk_behaviours_product_id_products')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_behaviours')),
    )
    op.create_index(op.f('ix_behaviours_product_id'), 'behaviours', ['product_id'])

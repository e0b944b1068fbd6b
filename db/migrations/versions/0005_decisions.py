"""business scenarios, plans, gates and risks

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    _scenarios()
    _portfolio()
    _decisions()


def downgrade() -> None:
    raise RuntimeError('Scenarios and plans would be lost: put the back-up from before the upgrade back instead.')


def _signed() -> tuple[sa.Column, sa.Column]:
    return (
        sa.Column('author', sa.String(length=120), nullable=False),
        sa.Column('created_at', sa.DateTime(), nullable=False),
    )


def _scenarios() -> None:
    op.create_table('scenarios',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=16), nullable=False),
    sa.Column('product_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('document', sa.JSON(), nullable=False),
    *_signed(),
    sa.ForeignKeyConstraint(['product_id'], ['products.id'], name=op.f('fk_scenarios_product_id_products')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_scenarios')),
    sa.UniqueConstraint('key', name=op.f('uq_scenarios_key'))
    )
    op.create_index('ix_scenarios_product', 'scenarios', ['product_id', 'id'], unique=False)
    op.create_table('actuals',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('product_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('fingerprint', sa.String(length=64), nullable=False),
    sa.Column('document', sa.JSON(), nullable=False),
    *_signed(),
    sa.ForeignKeyConstraint(['product_id'], ['products.id'], name=op.f('fk_actuals_product_id_products')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_actuals'))
    )
    op.create_index('ix_actuals_product', 'actuals', ['product_id', 'kind', 'id'], unique=False)


def _portfolio() -> None:
    op.create_table('plan_terms',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('product_id', sa.Integer(), nullable=False),
    sa.Column('people', sa.Double(), nullable=False),
    sa.Column('needs', sa.JSON(), nullable=False),
    sa.Column('excludes', sa.JSON(), nullable=False),
    sa.Column('must', sa.Boolean(), nullable=False),
    sa.Column('why', sa.String(), nullable=False),
    *_signed(),
    sa.CheckConstraint('people >= 0', name=op.f('ck_plan_terms_people_not_negative')),
    sa.ForeignKeyConstraint(['product_id'], ['products.id'], name=op.f('fk_plan_terms_product_id_products')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plan_terms'))
    )
    op.create_index('ix_plan_terms_product', 'plan_terms', ['product_id', 'id'], unique=False)
    op.create_table('what_ifs',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=16), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('document', sa.JSON(), nullable=False),
    *_signed(),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_what_ifs')),
    sa.UniqueConstraint('key', name=op.f('uq_what_ifs_key'))
    )


def _decisions() -> None:
    op.add_column('decisions', sa.Column('expected', sa.String(), nullable=False, server_default=''))
    op.create_table('outcomes',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('decision_id', sa.Integer(), nullable=False),
    sa.Column('came', sa.String(length=12), nullable=False),
    sa.Column('what', sa.String(), nullable=False),
    sa.Column('evidence_ids', sa.JSON(), nullable=False),
    *_signed(),
    sa.CheckConstraint("came in ('better', 'as_expected', 'worse', 'too_early')", name=op.f('ck_outcomes_came')),
    sa.ForeignKeyConstraint(['decision_id'], ['decisions.id'], name=op.f('fk_outcomes_decision_id_decisions')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outcomes'))
    )
    op.create_index(op.f('ix_outcomes_decision_id'), 'outcomes', ['decision_id'], unique=False)
    op.create_table('risks',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('product_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    *_signed(),
    sa.CheckConstraint("kind in ('data', 'talent', 'law', 'competition', 'cost')", name=op.f('ck_risks_kind')),
    sa.ForeignKeyConstraint(['product_id'], ['products.id'], name=op.f('fk_risks_product_id_products')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_risks'))
    )
    op.create_index(op.f('ix_risks_product_id'), 'risks', ['product_id'], unique=False)
    op.create_table('risk_views',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('risk_id', sa.Integer(), nullable=False),
    sa.Column('likelihood', sa.Integer(), nullable=False),
    sa.Column('impact', sa.Integer(), nullable=False),
    sa.Column('owner', sa.String(length=120), nullable=False),
    sa.Column('mitigation', sa.String(), nullable=False),
    sa.Column('closed', sa.Boolean(), nullable=False),
    *_signed(),
    sa.CheckConstraint('likelihood between 1 and 5', name=op.f('ck_risk_views_likelihood')),
    sa.CheckConstraint('impact between 1 and 5', name=op.f('ck_risk_views_impact')),
    sa.ForeignKeyConstraint(['risk_id'], ['risks.id'], name=op.f('fk_risk_views_risk_id_risks')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_risk_views'))
    )
    op.create_index('ix_risk_views_risk', 'risk_views', ['risk_id', 'id'], unique=False)
    op.create_table('team_views',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('product_id', sa.Integer(), nullable=True),
    sa.Column('document', sa.JSON(), nullable=False),
    *_signed(),
    sa.CheckConstraint("kind in ('weights', 'rice')", name=op.f('ck_team_views_kind')),
    sa.ForeignKeyConstraint(['product_id'], ['products.id'], name=op.f('fk_team_views_product_id_products')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_team_views'))
    )
    op.create_index('ix_team_views_newest', 'team_views', ['kind', 'product_id', 'id'], unique=False)

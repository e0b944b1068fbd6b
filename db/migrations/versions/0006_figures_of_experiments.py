"""the experiment of each figure

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('metric_summaries', sa.Column('experiment_id', sa.Integer(), nullable=False, server_default='0'))
    op.execute(
        'UPDATE metric_summaries SET experiment_id ='
        ' (SELECT experiment_id FROM runs WHERE runs.id = metric_summaries.run_id)'
    )
    op.create_index(
        'ix_metric_summaries_experiment', 'metric_summaries', ['experiment_id', 'split', 'name', 'value'], unique=False
    )


def downgrade() -> None:
    op.drop_index('ix_metric_summaries_experiment', table_name='metric_summaries')
    op.drop_column('metric_summaries', 'experiment_id')

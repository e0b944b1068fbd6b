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
    pass


def _documents_and_signals() -> None:
    pass


def _sizes_and_competitors() -> None:
    pass

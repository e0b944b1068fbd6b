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


def downgrade() -> None:
    raise RuntimeError('Scenarios and plans would be lost: put the back-up from before the upgrade back instead.')


def _scenarios() -> None:
    pass


def _portfolio() -> None:
    pass

"""Keep the signs of careless or made-up answers with the response, and a sketch by which texts are compared."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("responses", sa.Column("flags", sa.JSON(), server_default="{}", nullable=False))
    op.add_column("responses", sa.Column("text_sketch", sa.String(length=64), nullable=True))


def downgrade():
    op.drop_column("responses", "text_sketch")
    op.drop_column("responses", "flags")

"""Keep what a firm tells its customers around a survey."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "notices",
        sa.Column("firm_id", sa.Integer(), nullable=False),
        sa.Column("privacy", sa.JSON(), nullable=False),
        sa.Column("accessibility", sa.JSON(), nullable=False),
        sa.Column("urgent", sa.JSON(), nullable=False),
        sa.Column("thanks", sa.JSON(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["firm_id"], ["firms.id"], name=op.f("fk_notices_firm_id_firms")),
        sa.PrimaryKeyConstraint("firm_id", name=op.f("pk_notices")),
    )


def downgrade():
    op.drop_table("notices")

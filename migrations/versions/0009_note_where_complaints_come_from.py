"""Note of each complaint from outside where it stands and why it may be used."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "brought_in",
        sa.Column("response_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=2000), nullable=False),
        sa.Column("basis", sa.String(length=10), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("brought_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("basis IN ('public', 'consent', 'authority')", name=op.f("ck_brought_in_basis_known")),
        sa.ForeignKeyConstraint(
            ["response_id"], ["responses.id"], name=op.f("fk_brought_in_response_id_responses")
        ),
        sa.PrimaryKeyConstraint("response_id", name=op.f("pk_brought_in")),
    )


def downgrade():
    op.drop_table("brought_in")

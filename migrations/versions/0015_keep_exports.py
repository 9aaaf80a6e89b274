"""Keep what was taken out of studies, by whom, why, and until when the file is there."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "exports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("format", sa.String(length=10), nullable=False),
        sa.Column("identifying", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("heartbeat_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("failure", sa.String(length=1000), nullable=True),
        sa.Column("requested_by", sa.Integer(), nullable=True),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('requested', 'running', 'ready', 'failed', 'expired')", name=op.f("ck_exports_state_known")
        ),
        sa.CheckConstraint("format IN ('csv', 'xlsx', 'parquet', 'sav')", name=op.f("ck_exports_format_known")),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_exports_export_says_why")),
        sa.CheckConstraint("attempt >= 0", name=op.f("ck_exports_attempt_counts_up")),
        sa.CheckConstraint("state <> 'ready' OR sha256 IS NOT NULL", name=op.f("ck_exports_ready_has_its_file")),
        sa.CheckConstraint("state <> 'failed' OR failure IS NOT NULL", name=op.f("ck_exports_failed_says_why")),
        sa.ForeignKeyConstraint(["requested_by"], ["people.id"], name=op.f("fk_exports_requested_by_people")),
        sa.ForeignKeyConstraint(["study_id"], ["studies.id"], name=op.f("fk_exports_study_id_studies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exports")),
        sa.UniqueConstraint("public_id", name=op.f("uq_exports_public_id")),
    )
    op.create_index("ix_exports_state", "exports", ["state"])
    op.create_index("ix_exports_study_id", "exports", ["study_id"])


def downgrade():
    op.drop_table("exports")

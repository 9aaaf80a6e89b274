"""Keep what a publication is made of, what is proposed to be published, and why something was withdrawn."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade():
    # Columns are added without a copy of the table, so that its triggers stay.
    op.add_column("comparisons", sa.Column("material", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("publications", sa.Column("counts", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("publications", sa.Column("withdrawal", sa.String(length=1000), nullable=True))
    op.create_table(
        "proposals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("comparison_id", sa.Integer(), nullable=False),
        sa.Column("lead", sa.String(length=2000), nullable=False),
        sa.Column("tables", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("heartbeat_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("content", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("counts", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("lost", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("after_id", sa.Integer(), nullable=True),
        sa.Column("failure", sa.String(length=1000), nullable=True),
        sa.Column("requested_by", sa.Integer(), nullable=True),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("attempt >= 0", name=op.f("ck_proposals_attempt_counts_up")),
        sa.CheckConstraint("state <> 'failed' OR failure IS NOT NULL", name=op.f("ck_proposals_failed_says_why")),
        sa.CheckConstraint(
            "state <> 'ready' OR content IS NOT NULL", name=op.f("ck_proposals_ready_has_its_content")
        ),
        sa.CheckConstraint(
            "state <> 'running' OR heartbeat_at IS NOT NULL", name=op.f("ck_proposals_running_has_a_heartbeat")
        ),
        sa.CheckConstraint(
            "state IN ('requested', 'running', 'ready', 'failed', 'published')",
            name=op.f("ck_proposals_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["after_id"], ["publications.id"], name=op.f("fk_proposals_after_id_publications")
        ),
        sa.ForeignKeyConstraint(["requested_by"], ["people.id"], name=op.f("fk_proposals_requested_by_people")),
        sa.ForeignKeyConstraint(
            ["study_id", "comparison_id"],
            ["comparisons.study_id", "comparisons.id"],
            name=op.f("fk_proposals_study_id_comparison_id_comparisons"),
        ),
        sa.ForeignKeyConstraint(["study_id"], ["studies.id"], name=op.f("fk_proposals_study_id_studies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposals")),
        sa.UniqueConstraint("public_id", name=op.f("uq_proposals_public_id")),
    )
    op.create_index("ix_proposals_state", "proposals", ["state"])
    op.create_index("ix_proposals_comparison_id", "proposals", ["comparison_id"])


def downgrade():
    op.drop_table("proposals")
    op.drop_column("publications", "withdrawal")
    op.drop_column("publications", "counts")
    op.drop_column("comparisons", "material")

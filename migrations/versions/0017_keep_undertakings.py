"""Keep what a firm will do about a finding, who sees to it, by when, and what became of it."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "undertakings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("publication_id", sa.Integer(), nullable=False),
        sa.Column("location_id", sa.Integer(), nullable=True),
        sa.Column("theme", sa.String(length=60), nullable=False),
        sa.Column("what", sa.String(length=500), nullable=False),
        sa.Column("owner", sa.String(length=200), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("added_by", sa.Integer(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('open', 'done', 'dropped')", name=op.f("ck_undertakings_state_known")),
        sa.CheckConstraint("what <> '' AND owner <> ''", name=op.f("ck_undertakings_says_what_and_who")),
        sa.CheckConstraint("state <> 'dropped' OR note <> ''", name=op.f("ck_undertakings_dropped_says_why")),
        sa.CheckConstraint(
            "(state = 'open') = (settled_at IS NULL)", name=op.f("ck_undertakings_settled_has_its_moment")
        ),
        sa.CheckConstraint("revision > 0", name=op.f("ck_undertakings_revision_from_one")),
        sa.ForeignKeyConstraint(["added_by"], ["people.id"], name=op.f("fk_undertakings_added_by_people")),
        sa.ForeignKeyConstraint(
            ["publication_id"], ["publications.id"], name=op.f("fk_undertakings_publication_id_publications")
        ),
        sa.ForeignKeyConstraint(["study_id"], ["studies.id"], name=op.f("fk_undertakings_study_id_studies")),
        sa.ForeignKeyConstraint(
            ["study_id", "location_id"],
            ["study_locations.study_id", "study_locations.location_id"],
            name=op.f("fk_undertakings_study_id_study_locations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_undertakings")),
        sa.UniqueConstraint("public_id", name=op.f("uq_undertakings_public_id")),
    )
    op.create_index("ix_undertakings_study_id", "undertakings", ["study_id"])


def downgrade():
    op.drop_table("undertakings")

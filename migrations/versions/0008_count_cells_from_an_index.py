"""Let the cells of a study be counted from an index alone, without reading a single answer."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade():
    op.create_index(
        "ix_responses_cells",
        "responses",
        [
            "study_id",
            "state",
            "location_id",
            "channel",
            "scenario",
            "visited_on",
            "hired",
            "need",
            "review",
            "route",
            "language",
            "version_id",
            "submitted_at",
        ],
    )


def downgrade():
    op.drop_index("ix_responses_cells", "responses")

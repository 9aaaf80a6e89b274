"""Keep what customers agreed to, the codes with which they come back, and what they were asked and told later."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "consent_texts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("first_used_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("language IN ('en', 'pl', 'fi')", name=op.f("ck_consent_texts_language_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_texts")),
        sa.UniqueConstraint("hash", name=op.f("uq_consent_texts_hash")),
    )
    op.create_table(
        "follow_ups",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("response_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(answer IS NULL) = (answered_at IS NULL)", name=op.f("ck_follow_ups_answer_has_its_moment")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_follow_ups_person_id_people")),
        sa.ForeignKeyConstraint(
            ["response_id"], ["responses.id"], name=op.f("fk_follow_ups_response_id_responses")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_ups")),
        sa.UniqueConstraint("public_id", name=op.f("uq_follow_ups_public_id")),
    )
    op.create_index("ix_follow_ups_response_id", "follow_ups", ["response_id"])
    op.create_table(
        "changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["study_id"], ["studies.id"], name=op.f("fk_changes_study_id_studies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_changes")),
        sa.UniqueConstraint("public_id", name=op.f("uq_changes_public_id")),
    )
    op.create_index(op.f("ix_changes_study_id"), "changes", ["study_id"])
    with op.batch_alter_table("responses") as responses:
        responses.add_column(sa.Column("consent_id", sa.Integer(), nullable=True))
        responses.add_column(sa.Column("resume_hash", sa.String(length=64), nullable=True))
        responses.create_foreign_key(
            op.f("fk_responses_consent_id_consent_texts"), "consent_texts", ["consent_id"], ["id"]
        )
        responses.create_unique_constraint(op.f("uq_responses_resume_hash"), ["resume_hash"])
        responses.create_check_constraint(
            op.f("ck_responses_resume_only_until_sent"), "resume_hash IS NULL OR state = 'in_progress'"
        )


def downgrade():
    with op.batch_alter_table("responses") as responses:
        responses.drop_constraint(op.f("ck_responses_resume_only_until_sent"), type_="check")
        responses.drop_constraint(op.f("uq_responses_resume_hash"), type_="unique")
        responses.drop_constraint(op.f("fk_responses_consent_id_consent_texts"), type_="foreignkey")
        responses.drop_column("resume_hash")
        responses.drop_column("consent_id")
    op.drop_table("changes")
    op.drop_table("follow_ups")
    op.drop_table("consent_texts")

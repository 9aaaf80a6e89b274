"""Keep what was released of stories for managers to read. What was released is never changed, only taken out."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "quotations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("response_id", sa.Integer(), nullable=False),
        sa.Column("problem", sa.String(length=60), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("released_by", sa.Integer(), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("text <> ''", name=op.f("ck_quotations_quotation_says_something")),
        sa.ForeignKeyConstraint(["released_by"], ["people.id"], name=op.f("fk_quotations_released_by_people")),
        sa.ForeignKeyConstraint(
            ["study_id", "problem"],
            ["problems.study_id", "problems.code"],
            name=op.f("fk_quotations_study_id_problems"),
        ),
        sa.ForeignKeyConstraint(
            ["study_id", "response_id"],
            ["responses.study_id", "responses.id"],
            name=op.f("fk_quotations_study_id_responses"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quotations")),
        sa.UniqueConstraint("public_id", name=op.f("uq_quotations_public_id")),
        sa.UniqueConstraint("response_id", "problem", name=op.f("uq_quotations_response_id_problem")),
    )
    op.create_index("ix_quotations_study_id", "quotations", ["study_id"])
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER frozen_quotations_update BEFORE UPDATE ON quotations "
            "BEGIN SELECT RAISE(ABORT, 'quotations is frozen'); END"
        )
        return
    op.execute(
        "CREATE FUNCTION frozen_quotations() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION 'quotations is frozen' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    op.execute(
        "CREATE TRIGGER frozen_quotations BEFORE UPDATE ON quotations "
        "FOR EACH ROW EXECUTE FUNCTION frozen_quotations()"
    )


def downgrade():
    op.drop_table("quotations")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION frozen_quotations()")

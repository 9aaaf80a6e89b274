"""Keep plans of studies, locked ones for good, and who looked at results before the end; a study's own clock."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

#: Table -> columns that are never updated; None means that the row is neither updated nor deleted.
FROZEN = {
    "plans": (
        *("study_id", "number", "content", "hash", "choices_hash"),
        *("responses", "reason", "locked_by", "locked_at"),
    ),
    "looks": None,
}


def upgrade():
    op.create_table(
        "plan_drafts",
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("power", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["study_id"], ["studies.id"], name=op.f("fk_plan_drafts_study_id_studies")),
        sa.PrimaryKeyConstraint("study_id", name=op.f("pk_plan_drafts")),
    )
    op.create_table(
        "plans",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("choices_hash", sa.String(length=64), nullable=False),
        sa.Column("power", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("responses", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("locked_by", sa.Integer(), nullable=True),
        sa.Column("locked_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_plans_number_from_one")),
        sa.CheckConstraint("responses >= 0", name=op.f("ck_plans_responses_count_up")),
        sa.CheckConstraint("(number = 1 AND responses = 0) OR reason <> ''", name=op.f("ck_plans_late_says_why")),
        sa.ForeignKeyConstraint(["locked_by"], ["people.id"], name=op.f("fk_plans_locked_by_people")),
        sa.ForeignKeyConstraint(["study_id"], ["studies.id"], name=op.f("fk_plans_study_id_studies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plans")),
        sa.UniqueConstraint("public_id", name=op.f("uq_plans_public_id")),
        sa.UniqueConstraint("study_id", "number", name=op.f("uq_plans_study_id_number")),
    )
    op.create_table(
        "looks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("comparison_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_looks_look_says_why")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_looks_person_id_people")),
        sa.ForeignKeyConstraint(
            ["study_id", "comparison_id"],
            ["comparisons.study_id", "comparisons.id"],
            name=op.f("fk_looks_study_id_comparisons"),
        ),
        sa.ForeignKeyConstraint(["study_id"], ["studies.id"], name=op.f("fk_looks_study_id_studies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_looks")),
    )
    op.create_index("ix_looks_comparison_id", "looks", ["comparison_id"])
    with op.batch_alter_table("studies") as studies:
        studies.add_column(sa.Column("time_zone", sa.String(length=60), nullable=False, server_default="UTC"))
        studies.add_column(sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("studies") as studies:
        studies.alter_column("time_zone", existing_type=sa.String(length=60), server_default=None)
    for table, columns in FROZEN.items():
        freeze(table, columns)


def downgrade():
    for table in FROZEN:
        thaw(table)
    with op.batch_alter_table("studies") as studies:
        studies.drop_column("archived_at")
        studies.drop_column("time_zone")
    op.drop_table("looks")
    op.drop_table("plans")
    op.drop_table("plan_drafts")


def freeze(table, columns):
    """Let the database refuse to change a column that must never change, or any row of a table."""
    changes = ["UPDATE"] if columns else ["UPDATE", "DELETE"]
    if op.get_bind().dialect.name == "sqlite":
        for change in changes:
            of = f" OF {', '.join(columns)}" if columns else ""
            op.execute(
                f"CREATE TRIGGER frozen_{table}_{change.lower()} BEFORE {change}{of} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is frozen'); END"
            )
        return
    differs = (
        " OR ".join(f"NEW.{column}::text IS DISTINCT FROM OLD.{column}::text" for column in columns)
        if columns
        else "TRUE"
    )
    op.execute(
        f"CREATE FUNCTION frozen_{table}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {differs} THEN RAISE EXCEPTION '{table} is frozen' USING ERRCODE = 'integrity_constraint_violation'; "
        "END IF; RETURN NEW; END $$"
    )
    op.execute(
        f"CREATE TRIGGER frozen_{table} BEFORE {' OR '.join(changes)} ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION frozen_{table}()"
    )


def thaw(table):
    if op.get_bind().dialect.name == "sqlite":
        for change in ("update", "delete"):
            op.execute(f"DROP TRIGGER IF EXISTS frozen_{table}_{change}")
        return
    op.execute(f"DROP TRIGGER frozen_{table} ON {table}")
    op.execute(f"DROP FUNCTION frozen_{table}()")

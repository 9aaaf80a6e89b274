"""Freeze what must never change; keep staff sessions, second factors, limits, and names as they are compared.

A migration after this one that copies a table in batch mode on SQLite loses the table's triggers: call
`freeze` again for it.
"""

import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

#: Table -> columns that are never updated; None means that the row is neither updated nor deleted.
FROZEN = {
    "instrument_versions": ("instrument_id", "number", "schema", "definition", "hash", "list_hash"),
    "comparisons": ("study_id", "plan", "plan_hash"),
    "publications": ("study_id", "comparison_id", "lead", "content", "published_at"),
    "audit": None,
}
#: Table -> columns that names are unique within.
NAMED = {"firms": (), "studies": ("firm_id",), "regions": ("firm_id",)}


def upgrade():
    op.create_table(
        "limit_counts",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("hits", sa.Integer(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_limit_counts")),
    )
    op.create_index(op.f("ix_limit_counts_ends_at"), "limit_counts", ["ends_at"])
    op.create_table(
        "staff_sessions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_staff_sessions_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_sessions")),
        sa.UniqueConstraint("public_id", name=op.f("uq_staff_sessions_public_id")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_staff_sessions_key_hash")),
    )
    op.create_index(op.f("ix_staff_sessions_person_id"), "staff_sessions", ["person_id"])
    op.create_table(
        "passkeys",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(length=1024), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.Integer(), nullable=False),
        sa.Column("transports", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("backup_state", sa.Boolean(), nullable=False),
        sa.Column("device_type", sa.String(length=64), nullable=False),
        sa.Column("extensions", sa.String(length=255), nullable=True),
        sa.Column("lastuse_datetime", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("usage", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["people.id"], name=op.f("fk_passkeys_user_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkeys")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkeys_credential_id")),
        sa.UniqueConstraint("user_id", "name", name=op.f("uq_passkeys_user_id_name")),
    )
    with op.batch_alter_table("people") as people:
        people.add_column(sa.Column("tf_primary_method", sa.String(length=20), nullable=True))
        people.add_column(sa.Column("tf_totp_secret", sa.String(length=500), nullable=True))
        people.add_column(sa.Column("totp_counter", sa.BigInteger(), nullable=True))
        people.add_column(sa.Column("mf_recovery_codes", sa.JSON(none_as_null=True), nullable=True))
        people.add_column(sa.Column("fs_webauthn_user_handle", sa.String(length=64), nullable=True))
        people.create_unique_constraint(op.f("uq_people_fs_webauthn_user_handle"), ["fs_webauthn_user_handle"])
    for table, within in NAMED.items():
        compare_names_by_key(table, within)
    for table, columns in FROZEN.items():
        freeze(table, columns)


def downgrade():
    for table in FROZEN:
        thaw(table)
    for table, within in NAMED.items():
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(op.f(unique_name(table, within, "name_key")), type_="unique")
            batch.create_unique_constraint(op.f(unique_name(table, within, "name")), [*within, "name"])
            batch.drop_column("name_key")
    with op.batch_alter_table("people") as people:
        people.drop_constraint(op.f("uq_people_fs_webauthn_user_handle"), type_="unique")
        for column in (
            "fs_webauthn_user_handle",
            "mf_recovery_codes",
            "totp_counter",
            "tf_totp_secret",
            "tf_primary_method",
        ):
            people.drop_column(column)
    op.drop_table("passkeys")
    op.drop_table("staff_sessions")
    op.drop_table("limit_counts")


def unique_name(table, within, column):
    return "_".join(["uq", table, *within, column])


def compare_names_by_key(table, within):
    """Add the column that names are compared by, fill it, and make it unique in place of the name."""
    with op.batch_alter_table(table) as batch:
        batch.add_column(sa.Column("name_key", sa.Text(), nullable=True))
    connection = op.get_bind()
    for row_id, name in connection.execute(sa.text(f"SELECT id, name FROM {table}")).all():  # noqa: S608
        key = " ".join(unicodedata.normalize("NFC", unicodedata.normalize("NFD", name).casefold()).split())
        connection.execute(
            sa.text(f"UPDATE {table} SET name_key = :key WHERE id = :id"),  # noqa: S608
            {"key": key, "id": row_id},
        )
    with op.batch_alter_table(table) as batch:
        batch.alter_column("name_key", existing_type=sa.Text(), nullable=False)
        batch.drop_constraint(op.f(unique_name(table, within, "name")), type_="unique")
        batch.create_unique_constraint(op.f(unique_name(table, within, "name_key")), [*within, "name_key"])


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

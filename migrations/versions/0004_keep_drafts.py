"""Keep drafts of questionnaires with their history; name questionnaires in addresses."""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def upgrade():
    with op.batch_alter_table("instruments") as instruments:
        instruments.add_column(sa.Column("public_id", sa.String(length=20), nullable=True))
        instruments.add_column(sa.Column("draft_step", sa.Integer(), nullable=False, server_default="0"))
        instruments.add_column(sa.Column("revision", sa.Integer(), nullable=False, server_default="0"))
    connection = op.get_bind()
    for (row_id,) in connection.execute(sa.text("SELECT id FROM instruments")).all():
        connection.execute(
            sa.text("UPDATE instruments SET public_id = :name WHERE id = :id"),
            {"name": "".join(secrets.choice(_ALPHABET) for _ in range(20)), "id": row_id},
        )
    with op.batch_alter_table("instruments") as instruments:
        instruments.alter_column("public_id", existing_type=sa.String(length=20), nullable=False)
        instruments.alter_column("draft_step", existing_type=sa.Integer(), server_default=None)
        instruments.alter_column("revision", existing_type=sa.Integer(), server_default=None)
        instruments.create_unique_constraint(op.f("uq_instruments_public_id"), ["public_id"])
    op.create_table(
        "draft_steps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("instrument_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("did", sa.String(length=60), nullable=False),
        sa.Column("definition", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["instrument_id"], ["instruments.id"], name=op.f("fk_draft_steps_instrument_id_instruments")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_steps")),
        sa.UniqueConstraint("instrument_id", "step", name=op.f("uq_draft_steps_instrument_id_step")),
    )


def downgrade():
    op.drop_table("draft_steps")
    with op.batch_alter_table("instruments") as instruments:
        instruments.drop_constraint(op.f("uq_instruments_public_id"), type_="unique")
        instruments.drop_column("revision")
        instruments.drop_column("draft_step")
        instruments.drop_column("public_id")

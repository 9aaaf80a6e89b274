"""Name people on the staff and their roles in addresses, as all other rows are."""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_TABLES = ("people", "grants")


def upgrade():
    connection = op.get_bind()
    for table in _TABLES:
        with op.batch_alter_table(table) as changed:
            changed.add_column(sa.Column("public_id", sa.String(length=20), nullable=True))
        rows = sa.table(table, sa.column("id"), sa.column("public_id"))
        for row_id in connection.scalars(sa.select(rows.c.id)).all():
            name = "".join(secrets.choice(_ALPHABET) for _ in range(20))
            connection.execute(sa.update(rows).where(rows.c.id == row_id).values(public_id=name))
        with op.batch_alter_table(table) as changed:
            changed.alter_column("public_id", existing_type=sa.String(length=20), nullable=False)
            changed.create_unique_constraint(op.f(f"uq_{table}_public_id"), ["public_id"])


def downgrade():
    for table in reversed(_TABLES):
        with op.batch_alter_table(table) as changed:
            changed.drop_constraint(op.f(f"uq_{table}_public_id"), type_="unique")
            changed.drop_column("public_id")

"""Let a link have a language, a cap, and how many people met it."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("invitations") as invitations:
        invitations.add_column(sa.Column("language", sa.String(length=2), nullable=True))
        invitations.add_column(sa.Column("cap", sa.Integer(), nullable=True))
        invitations.add_column(sa.Column("reached", sa.Integer(), nullable=True))
        invitations.create_check_constraint(
            op.f("ck_invitations_language_known"), "language IN ('en', 'pl', 'fi')"
        )
        invitations.create_check_constraint(op.f("ck_invitations_cap_lets_somebody_in"), "cap > 0")
        invitations.create_check_constraint(op.f("ck_invitations_reached_not_negative"), "reached >= 0")
        invitations.create_check_constraint(
            op.f("ck_invitations_many_share_a_cap"), "kind = 'open' OR (cap IS NULL AND reached IS NULL)"
        )
        invitations.create_check_constraint(op.f("ck_invitations_opens_before_it_closes"), "opens_at < closes_at")


def downgrade():
    with op.batch_alter_table("invitations") as invitations:
        for name in (
            "opens_before_it_closes",
            "many_share_a_cap",
            "reached_not_negative",
            "cap_lets_somebody_in",
            "language_known",
        ):
            invitations.drop_constraint(op.f(f"ck_invitations_{name}"), type_="check")
        for column in ("reached", "cap", "language"):
            invitations.drop_column(column)

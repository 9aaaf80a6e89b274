"""Keep people to be invited apart from answers, what was mailed to them, and who wants no mail."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "contact_lists",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("delete_on", sa.Date(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["study_id"], ["studies.id"], name=op.f("fk_contact_lists_study_id_studies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_lists")),
        sa.UniqueConstraint("public_id", name=op.f("uq_contact_lists_public_id")),
        sa.UniqueConstraint("study_id", "id", name=op.f("uq_contact_lists_study_id_id")),
    )
    op.create_table(
        "contacts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column("invitation_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("address_hash", sa.String(length=64), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.CheckConstraint("language IN ('en', 'pl', 'fi')", name=op.f("ck_contacts_language_known")),
        sa.CheckConstraint(
            "(email IS NULL) = (address_hash IS NULL)", name=op.f("ck_contacts_address_and_hash_go_together")
        ),
        sa.CheckConstraint("email IS NOT NULL OR name = ''", name=op.f("ck_contacts_deleted_has_no_name")),
        sa.ForeignKeyConstraint(
            ["study_id", "list_id"],
            ["contact_lists.study_id", "contact_lists.id"],
            name=op.f("fk_contacts_study_id_list_id_contact_lists"),
        ),
        sa.ForeignKeyConstraint(
            ["study_id", "invitation_id"],
            ["invitations.study_id", "invitations.id"],
            name=op.f("fk_contacts_study_id_invitation_id_invitations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts")),
        sa.UniqueConstraint("public_id", name=op.f("uq_contacts_public_id")),
        sa.UniqueConstraint("invitation_id", name=op.f("uq_contacts_invitation_id")),
        sa.UniqueConstraint("study_id", "address_hash", name=op.f("uq_contacts_study_id_address_hash")),
    )
    op.create_index(op.f("ix_contacts_list_id"), "contacts", ["list_id"])
    op.create_table(
        "letters",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('invitation', 'reminder')", name=op.f("ck_letters_kind_known")),
        sa.CheckConstraint(
            "state IN ('waiting', 'begun', 'sent', 'failed', 'uncertain', 'skipped')",
            name=op.f("ck_letters_state_known"),
        ),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_letters_attempts_count_up")),
        sa.CheckConstraint(
            "state <> 'begun' OR begun_at IS NOT NULL", name=op.f("ck_letters_begun_has_its_moment")
        ),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_letters_contact_id_contacts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letters")),
        sa.UniqueConstraint("contact_id", "kind", name=op.f("uq_letters_contact_id_kind")),
    )
    op.create_index(op.f("ix_letters_state"), "letters", ["state"])
    op.create_table(
        "no_mail",
        sa.Column("firm_id", sa.Integer(), nullable=False),
        sa.Column("address_hash", sa.String(length=64), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["firm_id"], ["firms.id"], name=op.f("fk_no_mail_firm_id_firms")),
        sa.PrimaryKeyConstraint("firm_id", "address_hash", name=op.f("pk_no_mail")),
    )


def downgrade():
    op.drop_table("no_mail")
    op.drop_table("letters")
    op.drop_table("contacts")
    op.drop_table("contact_lists")

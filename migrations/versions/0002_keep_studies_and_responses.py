"""Keep studies, responses and comparisons; documents live in publications from now on."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_kind", sa.String(length=10), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "(actor_kind IN ('person', 'shopper')) = (actor_id IS NOT NULL)", name=op.f("ck_audit_actor_is_named")
        ),
        sa.CheckConstraint(
            "actor_kind IN ('person', 'shopper', 'customer', 'system')", name=op.f("ck_audit_actor_kind_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.create_index("ix_audit_subject", ["subject", "subject_id"], unique=False)

    op.create_table(
        "firms",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("controller", sa.String(length=200), nullable=False),
        sa.Column("contact", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_firms")),
        sa.UniqueConstraint("name", name=op.f("uq_firms_name")),
        sa.UniqueConstraint("public_id", name=op.f("uq_firms_public_id")),
    )
    op.create_table(
        "people",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("password", sa.String(length=255), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("fs_uniquifier", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("language IN ('en', 'pl', 'fi')", name=op.f("ck_people_language_known")),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_people_email_in_small_letters")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("email", name=op.f("uq_people_email")),
        sa.UniqueConstraint("fs_uniquifier", name=op.f("uq_people_fs_uniquifier")),
    )
    op.create_table(
        "instruments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("firm_id", sa.Integer(), nullable=True),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["firm_id"], ["firms.id"], name=op.f("fk_instruments_firm_id_firms")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instruments")),
        sa.UniqueConstraint("firm_id", "code", name=op.f("uq_instruments_firm_id_code")),
    )
    op.create_table(
        "regions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("firm_id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.CheckConstraint("parent_id <> id", name=op.f("ck_regions_not_above_itself")),
        sa.ForeignKeyConstraint(
            ["firm_id", "parent_id"],
            ["regions.firm_id", "regions.id"],
            name=op.f("fk_regions_firm_id_parent_id_regions"),
        ),
        sa.ForeignKeyConstraint(["firm_id"], ["firms.id"], name=op.f("fk_regions_firm_id_firms")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_regions")),
        sa.UniqueConstraint("firm_id", "id", name=op.f("uq_regions_firm_id_id")),
        sa.UniqueConstraint("firm_id", "name", name=op.f("uq_regions_firm_id_name")),
    )
    op.create_table(
        "shoppers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("firm_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("link_hash", sa.String(length=64), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["firm_id"], ["firms.id"], name=op.f("fk_shoppers_firm_id_firms")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shoppers")),
        sa.UniqueConstraint("firm_id", "code", name=op.f("uq_shoppers_firm_id_code")),
        sa.UniqueConstraint("firm_id", "id", name=op.f("uq_shoppers_firm_id_id")),
        sa.UniqueConstraint("link_hash", name=op.f("uq_shoppers_link_hash")),
        sa.UniqueConstraint("public_id", name=op.f("uq_shoppers_public_id")),
    )
    op.create_table(
        "instrument_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("instrument_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("schema", sa.Integer(), nullable=False),
        sa.Column("definition", sa.JSON(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("list_hash", sa.String(length=64), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_instrument_versions_number_from_one")),
        sa.ForeignKeyConstraint(
            ["instrument_id"], ["instruments.id"], name=op.f("fk_instrument_versions_instrument_id_instruments")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instrument_versions")),
        sa.UniqueConstraint("instrument_id", "hash", name=op.f("uq_instrument_versions_instrument_id_hash")),
        sa.UniqueConstraint("instrument_id", "number", name=op.f("uq_instrument_versions_instrument_id_number")),
    )
    op.create_table(
        "locations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("firm_id", sa.Integer(), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=True),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("time_zone", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["firm_id", "region_id"],
            ["regions.firm_id", "regions.id"],
            name=op.f("fk_locations_firm_id_region_id_regions"),
        ),
        sa.ForeignKeyConstraint(["firm_id"], ["firms.id"], name=op.f("fk_locations_firm_id_firms")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_locations")),
        sa.UniqueConstraint("firm_id", "code", name=op.f("uq_locations_firm_id_code")),
        sa.UniqueConstraint("firm_id", "id", name=op.f("uq_locations_firm_id_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_locations_public_id")),
    )
    op.create_table(
        "grants",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("scope", sa.String(length=20), nullable=False),
        sa.Column("firm_id", sa.Integer(), nullable=True),
        sa.Column("region_id", sa.Integer(), nullable=True),
        sa.Column("location_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(scope = 'all' AND firm_id IS NULL AND region_id IS NULL AND location_id IS NULL)"
            " OR (scope = 'firm' AND firm_id IS NOT NULL AND region_id IS NULL AND location_id IS NULL)"
            " OR (scope = 'region' AND firm_id IS NOT NULL AND region_id IS NOT NULL AND location_id IS NULL)"
            " OR (scope = 'location' AND firm_id IS NOT NULL AND region_id IS NULL AND location_id IS NOT NULL)",
            name=op.f("ck_grants_scope_names_its_place"),
        ),
        sa.CheckConstraint(
            "role IN ('administrator', 'researcher', 'coder', 'manager')", name=op.f("ck_grants_role_known")
        ),
        sa.ForeignKeyConstraint(
            ["firm_id", "location_id"],
            ["locations.firm_id", "locations.id"],
            name=op.f("fk_grants_firm_id_location_id_locations"),
        ),
        sa.ForeignKeyConstraint(
            ["firm_id", "region_id"],
            ["regions.firm_id", "regions.id"],
            name=op.f("fk_grants_firm_id_region_id_regions"),
        ),
        sa.ForeignKeyConstraint(["firm_id"], ["firms.id"], name=op.f("fk_grants_firm_id_firms")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_grants_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grants")),
    )
    with op.batch_alter_table("grants", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_grants_person_id"), ["person_id"], unique=False)
        batch_op.create_index(
            "uq_grants_all",
            ["person_id", "role"],
            unique=True,
            sqlite_where=sa.text("scope = 'all'"),
            postgresql_where=sa.text("scope = 'all'"),
        )
        batch_op.create_index(
            "uq_grants_firm",
            ["person_id", "role", "firm_id"],
            unique=True,
            sqlite_where=sa.text("scope = 'firm'"),
            postgresql_where=sa.text("scope = 'firm'"),
        )
        batch_op.create_index(
            "uq_grants_location",
            ["person_id", "role", "location_id"],
            unique=True,
            sqlite_where=sa.text("scope = 'location'"),
            postgresql_where=sa.text("scope = 'location'"),
        )
        batch_op.create_index(
            "uq_grants_region",
            ["person_id", "role", "region_id"],
            unique=True,
            sqlite_where=sa.text("scope = 'region'"),
            postgresql_where=sa.text("scope = 'region'"),
        )

    op.create_table(
        "instrument_items",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("page", sa.String(length=60), nullable=False),
        sa.Column("audience", sa.String(length=10), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "audience IN ('everybody', 'customers', 'shoppers')", name=op.f("ck_instrument_items_audience_known")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["instrument_versions.id"],
            name=op.f("fk_instrument_items_version_id_instrument_versions"),
        ),
        sa.PrimaryKeyConstraint("version_id", "code", name=op.f("pk_instrument_items")),
    )
    op.create_table(
        "studies",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("firm_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("made_up", sa.Boolean(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("standards", sa.JSON(), nullable=False),
        sa.Column("about", sa.JSON(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('draft', 'open', 'closed')", name=op.f("ck_studies_state_known")),
        sa.ForeignKeyConstraint(["firm_id"], ["firms.id"], name=op.f("fk_studies_firm_id_firms")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["instrument_versions.id"], name=op.f("fk_studies_version_id_instrument_versions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_studies")),
        sa.UniqueConstraint("firm_id", "id", name=op.f("uq_studies_firm_id_id")),
        sa.UniqueConstraint("firm_id", "name", name=op.f("uq_studies_firm_id_name")),
        sa.UniqueConstraint("public_id", name=op.f("uq_studies_public_id")),
    )
    op.create_table(
        "comparisons",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("plan", sa.JSON(), nullable=False),
        sa.Column("plan_hash", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("heartbeat_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("step", sa.String(length=60), nullable=True),
        sa.Column("steps_done", sa.Integer(), nullable=False),
        sa.Column("steps_all", sa.Integer(), nullable=False),
        sa.Column("data_fingerprint", sa.String(length=64), nullable=True),
        sa.Column("result", sa.JSON(), nullable=True),
        sa.Column("document", sa.JSON(), nullable=True),
        sa.Column("support", sa.JSON(), nullable=True),
        sa.Column("failure", sa.String(length=1000), nullable=True),
        sa.Column("requested_by", sa.Integer(), nullable=True),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state <> 'failed' OR failure IS NOT NULL", name=op.f("ck_comparisons_failed_says_why")
        ),
        sa.CheckConstraint(
            "state <> 'ready' OR (result IS NOT NULL AND document IS NOT NULL AND support IS NOT NULL"
            " AND data_fingerprint IS NOT NULL)",
            name=op.f("ck_comparisons_ready_has_its_result"),
        ),
        sa.CheckConstraint(
            "state <> 'running' OR heartbeat_at IS NOT NULL", name=op.f("ck_comparisons_running_has_a_heartbeat")
        ),
        sa.CheckConstraint(
            "state IN ('requested', 'running', 'ready', 'failed', 'cancelled')",
            name=op.f("ck_comparisons_state_known"),
        ),
        sa.CheckConstraint("attempt >= 0", name=op.f("ck_comparisons_attempt_counts_up")),
        sa.ForeignKeyConstraint(["requested_by"], ["people.id"], name=op.f("fk_comparisons_requested_by_people")),
        sa.ForeignKeyConstraint(["study_id"], ["studies.id"], name=op.f("fk_comparisons_study_id_studies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comparisons")),
        sa.UniqueConstraint("public_id", name=op.f("uq_comparisons_public_id")),
        sa.UniqueConstraint("study_id", "id", name=op.f("uq_comparisons_study_id_id")),
    )
    with op.batch_alter_table("comparisons", schema=None) as batch_op:
        batch_op.create_index("ix_comparisons_state", ["state"], unique=False)

    op.create_table(
        "scenarios",
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("labels", sa.JSON(), nullable=False),
        sa.Column("brief", sa.JSON(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["study_id"], ["studies.id"], name=op.f("fk_scenarios_study_id_studies")),
        sa.PrimaryKeyConstraint("study_id", "code", name=op.f("pk_scenarios")),
    )
    op.create_table(
        "study_locations",
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("location_id", sa.Integer(), nullable=False),
        sa.Column("firm_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["firm_id", "location_id"],
            ["locations.firm_id", "locations.id"],
            name=op.f("fk_study_locations_firm_id_location_id_locations"),
        ),
        sa.ForeignKeyConstraint(
            ["firm_id", "study_id"],
            ["studies.firm_id", "studies.id"],
            name=op.f("fk_study_locations_firm_id_study_id_studies"),
        ),
        sa.PrimaryKeyConstraint("study_id", "location_id", name=op.f("pk_study_locations")),
    )
    op.create_table(
        "themes",
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("labels", sa.JSON(), nullable=False),
        sa.Column("counted", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["study_id"], ["studies.id"], name=op.f("fk_themes_study_id_studies")),
        sa.PrimaryKeyConstraint("study_id", "code", name=op.f("pk_themes")),
    )
    op.create_table(
        "assignments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("firm_id", sa.Integer(), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("location_id", sa.Integer(), nullable=False),
        sa.Column("shopper_id", sa.Integer(), nullable=False),
        sa.Column("scenario", sa.String(length=60), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("brief", sa.JSON(), nullable=False),
        sa.Column("stake", sa.Integer(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("fee_cents", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "channel IN ('in_person', 'phone', 'e_mail', 'chat', 'web', 'app', 'post', 'social_media')",
            name=op.f("ck_assignments_channel_known"),
        ),
        sa.CheckConstraint(
            "state IN ('open', 'filed', 'returned', 'accepted', 'rejected', 'cancelled')",
            name=op.f("ck_assignments_state_known"),
        ),
        sa.CheckConstraint("fee_cents >= 0", name=op.f("ck_assignments_fee_not_negative")),
        sa.CheckConstraint("stake BETWEEN 0 AND 10", name=op.f("ck_assignments_stake_on_its_scale")),
        sa.ForeignKeyConstraint(
            ["firm_id", "shopper_id"],
            ["shoppers.firm_id", "shoppers.id"],
            name=op.f("fk_assignments_firm_id_shopper_id_shoppers"),
        ),
        sa.ForeignKeyConstraint(
            ["firm_id", "study_id"],
            ["studies.firm_id", "studies.id"],
            name=op.f("fk_assignments_firm_id_study_id_studies"),
        ),
        sa.ForeignKeyConstraint(
            ["study_id", "location_id"],
            ["study_locations.study_id", "study_locations.location_id"],
            name=op.f("fk_assignments_study_id_location_id_study_locations"),
        ),
        sa.ForeignKeyConstraint(
            ["study_id", "scenario"],
            ["scenarios.study_id", "scenarios.code"],
            name=op.f("fk_assignments_study_id_scenario_scenarios"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignments")),
        sa.UniqueConstraint("public_id", name=op.f("uq_assignments_public_id")),
        sa.UniqueConstraint("study_id", "id", name=op.f("uq_assignments_study_id_id")),
    )
    with op.batch_alter_table("assignments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_assignments_shopper_id"), ["shopper_id"], unique=False)

    op.create_table(
        "invitations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("location_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=True),
        sa.Column("scenario", sa.String(length=60), nullable=True),
        sa.Column("secret_hash", sa.String(length=64), nullable=True),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(kind = 'single') = (secret_hash IS NOT NULL)", name=op.f("ck_invitations_single_has_a_secret")
        ),
        sa.CheckConstraint(
            "channel IN ('in_person', 'phone', 'e_mail', 'chat', 'web', 'app', 'post', 'social_media')",
            name=op.f("ck_invitations_channel_known"),
        ),
        sa.CheckConstraint(
            "kind = 'single' OR used_at IS NULL", name=op.f("ck_invitations_open_is_never_used_up")
        ),
        sa.CheckConstraint("kind IN ('open', 'single')", name=op.f("ck_invitations_kind_known")),
        sa.ForeignKeyConstraint(
            ["study_id", "location_id"],
            ["study_locations.study_id", "study_locations.location_id"],
            name=op.f("fk_invitations_study_id_location_id_study_locations"),
        ),
        sa.ForeignKeyConstraint(
            ["study_id", "scenario"],
            ["scenarios.study_id", "scenarios.code"],
            name=op.f("fk_invitations_study_id_scenario_scenarios"),
        ),
        sa.ForeignKeyConstraint(["study_id"], ["studies.id"], name=op.f("fk_invitations_study_id_studies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("public_id", name=op.f("uq_invitations_public_id")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_invitations_secret_hash")),
        sa.UniqueConstraint("study_id", "id", name=op.f("uq_invitations_study_id_id")),
    )
    op.create_table(
        "problems",
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("theme", sa.String(length=60), nullable=False),
        sa.Column("labels", sa.JSON(), nullable=False),
        sa.Column("stage", sa.String(length=10), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("stage IN ('handling', 'outcome')", name=op.f("ck_problems_stage_known")),
        sa.ForeignKeyConstraint(
            ["study_id", "theme"],
            ["themes.study_id", "themes.code"],
            name=op.f("fk_problems_study_id_theme_themes"),
        ),
        sa.ForeignKeyConstraint(["study_id"], ["studies.id"], name=op.f("fk_problems_study_id_studies")),
        sa.PrimaryKeyConstraint("study_id", "code", name=op.f("pk_problems")),
    )
    op.create_table(
        "publications",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("comparison_id", sa.Integer(), nullable=False),
        sa.Column("lead", sa.String(length=2000), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("for_everybody", sa.Boolean(), nullable=False),
        sa.Column("published_by", sa.Integer(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["published_by"], ["people.id"], name=op.f("fk_publications_published_by_people")),
        sa.ForeignKeyConstraint(
            ["study_id", "comparison_id"],
            ["comparisons.study_id", "comparisons.id"],
            name=op.f("fk_publications_study_id_comparison_id_comparisons"),
        ),
        sa.ForeignKeyConstraint(["study_id"], ["studies.id"], name=op.f("fk_publications_study_id_studies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publications")),
        sa.UniqueConstraint("public_id", name=op.f("uq_publications_public_id")),
    )
    with op.batch_alter_table("publications", schema=None) as batch_op:
        batch_op.create_index(
            "uq_publications_current",
            ["study_id"],
            unique=True,
            sqlite_where=sa.text("withdrawn_at IS NULL"),
            postgresql_where=sa.text("withdrawn_at IS NULL"),
        )

    op.create_table(
        "link_opens",
        sa.Column("invitation_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("opens", sa.Integer(), nullable=False),
        sa.CheckConstraint("opens > 0", name=op.f("ck_link_opens_opens_counted")),
        sa.ForeignKeyConstraint(
            ["invitation_id"], ["invitations.id"], name=op.f("fk_link_opens_invitation_id_invitations")
        ),
        sa.PrimaryKeyConstraint("invitation_id", "day", name=op.f("pk_link_opens")),
    )
    op.create_table(
        "responses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("submission_id", sa.String(length=43), nullable=True),
        sa.Column("source_id", sa.String(length=200), nullable=True),
        sa.Column("firm_id", sa.Integer(), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("location_id", sa.Integer(), nullable=False),
        sa.Column("invitation_id", sa.Integer(), nullable=True),
        sa.Column("draft_of", sa.Integer(), nullable=True),
        sa.Column("assignment_id", sa.Integer(), nullable=True),
        sa.Column("shopper_id", sa.Integer(), nullable=True),
        sa.Column("version_id", sa.Integer(), nullable=True),
        sa.Column("list_hash", sa.String(length=64), nullable=True),
        sa.Column("hired", sa.Boolean(), nullable=False),
        sa.Column("need", sa.String(length=10), nullable=True),
        sa.Column("route", sa.String(length=10), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=True),
        sa.Column("scenario", sa.String(length=60), nullable=True),
        sa.Column("visited_on", sa.Date(), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("review", sa.String(length=10), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("trail", sa.JSON(), nullable=False),
        sa.Column("presented", sa.JSON(), nullable=False),
        sa.Column("cost_cents", sa.Integer(), nullable=True),
        sa.Column("receipt_hash", sa.String(length=64), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("NOT hired OR need IN ('played', 'real')", name=op.f("ck_responses_hired_need")),
        sa.CheckConstraint(
            "channel IN ('in_person', 'phone', 'e_mail', 'chat', 'web', 'app', 'post', 'social_media')",
            name=op.f("ck_responses_channel_known"),
        ),
        sa.CheckConstraint(
            "draft_of IS NULL OR state = 'in_progress'", name=op.f("ck_responses_sent_is_cut_loose")
        ),
        sa.CheckConstraint("hired = (review <> 'not_needed')", name=op.f("ck_responses_hired_are_reviewed")),
        sa.CheckConstraint("hired = (route = 'assigned')", name=op.f("ck_responses_hired_are_assigned")),
        sa.CheckConstraint("hired OR need IN ('real', 'none')", name=op.f("ck_responses_customers_need")),
        sa.CheckConstraint("language IN ('en', 'pl', 'fi')", name=op.f("ck_responses_language_known")),
        sa.CheckConstraint(
            "review IN ('not_needed', 'waiting', 'accepted', 'returned', 'rejected')",
            name=op.f("ck_responses_review_known"),
        ),
        sa.CheckConstraint(
            "route IN ('assigned', 'invited', 'open', 'brought_in')", name=op.f("ck_responses_route_known")
        ),
        sa.CheckConstraint(
            "state <> 'in_progress' OR receipt_hash IS NULL", name=op.f("ck_responses_receipt_only_when_sent")
        ),
        sa.CheckConstraint(
            "state <> 'submitted' OR need IS NOT NULL", name=op.f("ck_responses_submitted_has_its_arm")
        ),
        sa.CheckConstraint(
            "state <> 'submitted' OR submitted_at IS NOT NULL", name=op.f("ck_responses_submitted_has_its_moment")
        ),
        sa.CheckConstraint("state IN ('in_progress', 'submitted', 'void')", name=op.f("ck_responses_state_known")),
        sa.CheckConstraint("NOT hired OR shopper_id IS NOT NULL", name=op.f("ck_responses_hired_have_a_shopper")),
        sa.CheckConstraint("cost_cents >= 0", name=op.f("ck_responses_cost_not_negative")),
        sa.CheckConstraint(
            "hired OR (shopper_id IS NULL AND assignment_id IS NULL)",
            name=op.f("ck_responses_customers_have_no_shopper"),
        ),
        sa.CheckConstraint("revision >= 0", name=op.f("ck_responses_revision_counts_up")),
        sa.ForeignKeyConstraint(
            ["firm_id", "shopper_id"],
            ["shoppers.firm_id", "shoppers.id"],
            name=op.f("fk_responses_firm_id_shopper_id_shoppers"),
        ),
        sa.ForeignKeyConstraint(
            ["firm_id", "study_id"],
            ["studies.firm_id", "studies.id"],
            name=op.f("fk_responses_firm_id_study_id_studies"),
        ),
        sa.ForeignKeyConstraint(
            ["study_id", "assignment_id"],
            ["assignments.study_id", "assignments.id"],
            name=op.f("fk_responses_study_id_assignment_id_assignments"),
        ),
        sa.ForeignKeyConstraint(
            ["study_id", "draft_of"],
            ["invitations.study_id", "invitations.id"],
            name=op.f("fk_responses_study_id_draft_of_invitations"),
        ),
        sa.ForeignKeyConstraint(
            ["study_id", "invitation_id"],
            ["invitations.study_id", "invitations.id"],
            name=op.f("fk_responses_study_id_invitation_id_invitations"),
        ),
        sa.ForeignKeyConstraint(
            ["study_id", "location_id"],
            ["study_locations.study_id", "study_locations.location_id"],
            name=op.f("fk_responses_study_id_location_id_study_locations"),
        ),
        sa.ForeignKeyConstraint(
            ["study_id", "scenario"],
            ["scenarios.study_id", "scenarios.code"],
            name=op.f("fk_responses_study_id_scenario_scenarios"),
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["instrument_versions.id"], name=op.f("fk_responses_version_id_instrument_versions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_responses")),
        sa.UniqueConstraint("assignment_id", name=op.f("uq_responses_assignment_id")),
        sa.UniqueConstraint("draft_of", name=op.f("uq_responses_draft_of")),
        sa.UniqueConstraint("public_id", name=op.f("uq_responses_public_id")),
        sa.UniqueConstraint("receipt_hash", name=op.f("uq_responses_receipt_hash")),
        sa.UniqueConstraint("study_id", "id", name=op.f("uq_responses_study_id_id")),
        sa.UniqueConstraint("study_id", "source_id", name=op.f("uq_responses_study_id_source_id")),
        sa.UniqueConstraint("submission_id", name=op.f("uq_responses_submission_id")),
    )
    with op.batch_alter_table("responses", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_responses_invitation_id"), ["invitation_id"], unique=False)
        batch_op.create_index("ix_responses_study_id_state", ["study_id", "state"], unique=False)

    op.create_table(
        "page_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("response_id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.String(length=43), nullable=False),
        sa.Column("payload_hash", sa.String(length=64), nullable=False),
        sa.Column("page", sa.String(length=60), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("answered", sa.String(length=60), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["response_id"], ["responses.id"], name=op.f("fk_page_requests_response_id_responses")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_page_requests")),
        sa.UniqueConstraint(
            "response_id",
            "request_id",
            "payload_hash",
            name=op.f("uq_page_requests_response_id_request_id_payload_hash"),
        ),
    )
    with op.batch_alter_table("page_requests", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_page_requests_request_id"), ["request_id"], unique=False)

    op.create_table(
        "reviews",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("response_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("decision", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("decision = 'accepted' OR reason <> ''", name=op.f("ck_reviews_refusal_has_a_reason")),
        sa.CheckConstraint(
            "decision IN ('accepted', 'returned', 'rejected')", name=op.f("ck_reviews_decision_known")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_reviews_person_id_people")),
        sa.ForeignKeyConstraint(["response_id"], ["responses.id"], name=op.f("fk_reviews_response_id_responses")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews")),
        sa.UniqueConstraint("response_id", "revision", name=op.f("uq_reviews_response_id_revision")),
    )
    op.create_table(
        "sightings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("response_id", sa.Integer(), nullable=False),
        sa.Column("problem", sa.String(length=60), nullable=False),
        sa.Column("severity", sa.Integer(), nullable=True),
        sa.Column("origin", sa.String(length=10), nullable=False),
        sa.CheckConstraint("origin IN ('checklist', 'coded')", name=op.f("ck_sightings_origin_known")),
        sa.CheckConstraint("severity BETWEEN 1 AND 4", name=op.f("ck_sightings_severity_on_its_scale")),
        sa.ForeignKeyConstraint(
            ["study_id", "problem"],
            ["problems.study_id", "problems.code"],
            name=op.f("fk_sightings_study_id_problem_problems"),
        ),
        sa.ForeignKeyConstraint(
            ["study_id", "response_id"],
            ["responses.study_id", "responses.id"],
            name=op.f("fk_sightings_study_id_response_id_responses"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sightings")),
        sa.UniqueConstraint(
            "response_id", "problem", "origin", name=op.f("uq_sightings_response_id_problem_origin")
        ),
    )
    with op.batch_alter_table("sightings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sightings_study_id"), ["study_id"], unique=False)

    op.drop_table("documents")


def downgrade():
    op.create_table(
        "documents",
        sa.Column("id", sa.INTEGER(), nullable=False),
        sa.Column("slug", sa.VARCHAR(length=80), nullable=False),
        sa.Column("language", sa.VARCHAR(length=2), nullable=False),
        sa.Column("title", sa.VARCHAR(length=200), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("plan_hash", sa.VARCHAR(length=64), nullable=False),
        sa.Column("data_fingerprint", sa.VARCHAR(length=64), nullable=False),
        sa.Column("made_from", sa.VARCHAR(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("language IN ('en', 'pl', 'fi')", name=op.f("ck_documents_language_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents")),
        sa.UniqueConstraint("slug", name=op.f("uq_documents_slug")),
    )
    with op.batch_alter_table("sightings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sightings_study_id"))

    op.drop_table("sightings")
    op.drop_table("reviews")
    with op.batch_alter_table("page_requests", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_page_requests_request_id"))

    op.drop_table("page_requests")
    with op.batch_alter_table("responses", schema=None) as batch_op:
        batch_op.drop_index("ix_responses_study_id_state")
        batch_op.drop_index(batch_op.f("ix_responses_invitation_id"))

    op.drop_table("responses")
    with op.batch_alter_table("publications", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_publications_current",
            sqlite_where=sa.text("withdrawn_at IS NULL"),
            postgresql_where=sa.text("withdrawn_at IS NULL"),
        )

    op.drop_table("publications")
    op.drop_table("problems")
    op.drop_table("link_opens")
    op.drop_table("invitations")
    with op.batch_alter_table("assignments", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_assignments_shopper_id"))

    op.drop_table("assignments")
    op.drop_table("themes")
    op.drop_table("study_locations")
    op.drop_table("scenarios")
    with op.batch_alter_table("comparisons", schema=None) as batch_op:
        batch_op.drop_index("ix_comparisons_state")

    op.drop_table("comparisons")
    op.drop_table("studies")
    op.drop_table("instrument_items")
    with op.batch_alter_table("grants", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_grants_region",
            sqlite_where=sa.text("scope = 'region'"),
            postgresql_where=sa.text("scope = 'region'"),
        )
        batch_op.drop_index(
            "uq_grants_location",
            sqlite_where=sa.text("scope = 'location'"),
            postgresql_where=sa.text("scope = 'location'"),
        )
        batch_op.drop_index(
            "uq_grants_firm", sqlite_where=sa.text("scope = 'firm'"), postgresql_where=sa.text("scope = 'firm'")
        )
        batch_op.drop_index(
            "uq_grants_all", sqlite_where=sa.text("scope = 'all'"), postgresql_where=sa.text("scope = 'all'")
        )
        batch_op.drop_index(batch_op.f("ix_grants_person_id"))

    op.drop_table("grants")
    op.drop_table("locations")
    op.drop_table("instrument_versions")
    op.drop_table("shoppers")
    op.drop_table("regions")
    op.drop_table("instruments")
    op.drop_table("people")
    op.drop_table("firms")
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_subject")

    op.drop_table("audit")

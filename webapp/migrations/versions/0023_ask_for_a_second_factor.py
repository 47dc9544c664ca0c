"""Ask for a second factor: authenticator apps, passkeys, recovery codes; and teams that require one.

Rules: works with the release before it; adds first, removes one release later; holds no lock for long.
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
NOW = sa.text("now()")


def upgrade() -> None:
    _sign_ins()
    op.add_column(
        "organizers",
        sa.Column("second_factor_required", sa.Boolean(), server_default="false", nullable=False),
    )
    op.create_table(
        "authenticator_apps",
        sa.Column("user_id", sa.UUID(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.Column("created_at", TIME, server_default=NOW, nullable=False),
        _of_user("authenticator_apps"),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_authenticator_apps")),
    )
    _passkeys()
    op.create_table(
        "recovery_codes",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("user_id", sa.UUID(), nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("created_at", TIME, server_default=NOW, nullable=False),
        sa.Column("used_at", TIME, nullable=True),
        _of_user("recovery_codes"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_codes")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_recovery_codes_code_hash")),
    )
    op.create_index(op.f("ix_recovery_codes_user_id"), "recovery_codes", ["user_id"])


def _sign_ins() -> None:
    op.add_column("sign_ins", sa.Column("means", sa.Text(), server_default="password", nullable=False))
    op.add_column("sign_ins", sa.Column("factor_due", sa.Boolean(), server_default="false", nullable=False))
    op.add_column("sign_ins", sa.Column("proved_at", TIME, nullable=True))
    op.execute(
        "ALTER TABLE sign_ins ADD CONSTRAINT ck_sign_ins_means"
        " CHECK (means IN ('password', 'app', 'passkey', 'recovery')) NOT VALID"
    )
    op.execute("ALTER TABLE sign_ins VALIDATE CONSTRAINT ck_sign_ins_means")


def _passkeys() -> None:
    op.create_table(
        "passkeys",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("user_id", sa.UUID(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", TIME, server_default=NOW, nullable=False),
        sa.Column("used_at", TIME, nullable=True),
        _of_user("passkeys"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkeys")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkeys_credential_id")),
    )
    op.create_index(op.f("ix_passkeys_user_id"), "passkeys", ["user_id"])
    op.create_table(
        "spent_challenges",
        sa.Column("challenge_hash", sa.Text(), nullable=False),
        sa.Column("spent_at", TIME, server_default=NOW, nullable=False),
        sa.PrimaryKeyConstraint("challenge_hash", name=op.f("pk_spent_challenges")),
    )
    op.create_index(op.f("ix_spent_challenges_spent_at"), "spent_challenges", ["spent_at"])


def _of_user(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["user_id"], ["users.id"], name=op.f(f"fk_{table}_user_id_users"), ondelete="CASCADE"
    )


def downgrade() -> None:
    for table in ("spent_challenges", "recovery_codes", "passkeys", "authenticator_apps"):
        op.drop_table(table)
    op.drop_column("organizers", "second_factor_required")
    op.drop_constraint("ck_sign_ins_means", "sign_ins")
    for column in ("proved_at", "factor_due", "means"):
        op.drop_column("sign_ins", column)

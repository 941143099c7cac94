"""What the line to a server needs: its statements, older logs, records that wait."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"

STATEMENTS = (
    "ALTER TABLE members ADD COLUMN versions TEXT DEFAULT '{}' NOT NULL",
    "ALTER TABLE members ADD COLUMN provisional INTEGER DEFAULT 0 NOT NULL",
    """
    CREATE TABLE card_blocks (
      first INTEGER NOT NULL,
      last INTEGER NOT NULL,
      next_card INTEGER NOT NULL,
      PRIMARY KEY (first)
    ) WITHOUT ROWID, STRICT
    """,
    """
    CREATE TABLE grants_received (
      incarnation TEXT NOT NULL,
      timeline INTEGER NOT NULL,
      number INTEGER NOT NULL,
      PRIMARY KEY (incarnation, timeline, number)
    ) WITHOUT ROWID, STRICT
    """,
    """
    CREATE TABLE line (
      id INTEGER NOT NULL,
      url TEXT NOT NULL,
      terminal TEXT NOT NULL,
      store TEXT NOT NULL,
      timeline INTEGER NOT NULL,
      nonce TEXT NOT NULL,
      request INTEGER NOT NULL,
      random TEXT NOT NULL,
      cursor INTEGER NOT NULL,
      replaces TEXT NOT NULL,
      last_ms INTEGER,
      clock_ahead_ms INTEGER NOT NULL,
      cards_issued INTEGER NOT NULL,
      more INTEGER NOT NULL,
      PRIMARY KEY (id),
      CONSTRAINT ck_line_one_row CHECK (id = 1)
    ) STRICT
    """,
    """
    CREATE TABLE lots_warned (
      wallet TEXT NOT NULL,
      unit TEXT NOT NULL,
      day TEXT NOT NULL,
      last_day TEXT NOT NULL,
      PRIMARY KEY (wallet, unit, day, last_day)
    ) WITHOUT ROWID, STRICT
    """,
    """
    CREATE TABLE older_logs (
      incarnation TEXT NOT NULL,
      position INTEGER NOT NULL,
      last INTEGER NOT NULL,
      acknowledged INTEGER NOT NULL,
      refused INTEGER NOT NULL,
      PRIMARY KEY (incarnation)
    ) WITHOUT ROWID, STRICT
    """,
    """
    CREATE TABLE operators (
      id TEXT NOT NULL,
      name TEXT NOT NULL,
      role TEXT NOT NULL,
      PRIMARY KEY (id)
    ) WITHOUT ROWID, STRICT
    """,
    """
    CREATE TABLE parked (
      incarnation TEXT NOT NULL,
      seq INTEGER NOT NULL,
      reason TEXT NOT NULL,
      PRIMARY KEY (incarnation, seq)
    ) WITHOUT ROWID, STRICT
    """,
    """
    CREATE TABLE pricings (
      number INTEGER NOT NULL,
      holds_from_ms INTEGER NOT NULL,
      content TEXT NOT NULL,
      turned INTEGER NOT NULL,
      PRIMARY KEY (number)
    ) STRICT
    """,
    """
    CREATE TABLE set_aside (
      incarnation TEXT NOT NULL,
      seq INTEGER NOT NULL,
      stored BLOB NOT NULL,
      set_aside_ms INTEGER NOT NULL,
      PRIMARY KEY (incarnation, seq)
    ) STRICT
    """,
    """
    CREATE TABLE statements (
      wallet TEXT NOT NULL,
      version INTEGER NOT NULL,
      timeline INTEGER NOT NULL,
      includes TEXT NOT NULL,
      sums TEXT NOT NULL,
      lots TEXT NOT NULL,
      elsewhere TEXT NOT NULL,
      movements BLOB NOT NULL,
      PRIMARY KEY (wallet)
    ) STRICT
    """,
    "CREATE INDEX ix_statements_timeline ON statements (timeline)",
    """
    CREATE TABLE merged_members (
      id TEXT NOT NULL,
      member TEXT NOT NULL,
      PRIMARY KEY (id),
      CONSTRAINT fk_merged_members_member FOREIGN KEY(member) REFERENCES members (id) ON DELETE CASCADE
    ) WITHOUT ROWID, STRICT
    """,
    "CREATE INDEX ix_merged_members_member ON merged_members (member)",
    """
    CREATE TABLE record_outbox (
      member TEXT NOT NULL,
      changed TEXT NOT NULL,
      PRIMARY KEY (member),
      CONSTRAINT fk_record_outbox_member FOREIGN KEY(member) REFERENCES members (id) ON DELETE CASCADE
    ) WITHOUT ROWID, STRICT
    """,
    # Whoever is a member goes up with the first request, like the whole log.
    """
    UPDATE members SET versions = json_patch('{"name": 1}', json_object(
      'phone', iif(phone = '', NULL, 1),
      'tier', iif(tier = '', NULL, 1),
      'segments', iif(segments = '[]', NULL, 1),
      'birthday', iif(birthday IS NULL, NULL, 1),
      'joined', iif(joined IS NULL, NULL, 1)
    ))
    """,
    """
    INSERT INTO record_outbox (member, changed)
    SELECT id, json_patch(versions, '{"wallets": 1}') FROM members
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)

"""The first tables."""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None

STATEMENTS = (
    """
    CREATE TABLE balance_days (
      wallet TEXT NOT NULL,
      unit TEXT NOT NULL,
      day TEXT NOT NULL,
      earned INTEGER NOT NULL,
      expired INTEGER NOT NULL,
      PRIMARY KEY (wallet, unit, day)
    ) WITHOUT ROWID, STRICT
    """,
    """
    CREATE TABLE balances (
      wallet TEXT NOT NULL,
      unit TEXT NOT NULL,
      used INTEGER NOT NULL,
      pending INTEGER NOT NULL,
      debt INTEGER NOT NULL,
      PRIMARY KEY (wallet, unit)
    ) WITHOUT ROWID, STRICT
    """,
    """
    CREATE TABLE card_counter (
      id INTEGER NOT NULL,
      next_card INTEGER NOT NULL,
      PRIMARY KEY (id),
      CONSTRAINT ck_card_counter_one_row CHECK (id = 1)
    ) STRICT
    """,
    """
    CREATE TABLE facts (
      incarnation TEXT NOT NULL,
      seq INTEGER NOT NULL,
      kind TEXT NOT NULL,
      hash TEXT NOT NULL,
      stored BLOB NOT NULL,
      sale_id TEXT,
      wall_ms INTEGER NOT NULL,
      business_day TEXT NOT NULL,
      PRIMARY KEY (incarnation, seq),
      CONSTRAINT uq_facts_sale_id UNIQUE (sale_id)
    ) STRICT
    """,
    "CREATE INDEX ix_facts_business_day ON facts (business_day)",
    """
    CREATE TABLE identity (
      id INTEGER NOT NULL,
      incarnation TEXT NOT NULL,
      next_seq INTEGER NOT NULL,
      head TEXT NOT NULL,
      lane TEXT NOT NULL,
      wall_mark INTEGER NOT NULL,
      acknowledged INTEGER NOT NULL,
      PRIMARY KEY (id),
      CONSTRAINT ck_identity_one_row CHECK (id = 1)
    ) STRICT
    """,
    """
    CREATE TABLE members (
      id TEXT NOT NULL,
      name TEXT NOT NULL,
      phone TEXT NOT NULL,
      phone_reversed TEXT NOT NULL,
      tier TEXT NOT NULL,
      segments TEXT NOT NULL,
      birthday TEXT,
      joined TEXT,
      PRIMARY KEY (id)
    ) STRICT
    """,
    "CREATE INDEX ix_members_phone_reversed ON members (phone_reversed)",
    """
    CREATE TABLE products (
      sku TEXT NOT NULL,
      name TEXT NOT NULL,
      price INTEGER NOT NULL,
      vat INTEGER NOT NULL,
      category TEXT NOT NULL,
      brand TEXT NOT NULL,
      supplier TEXT NOT NULL,
      gtin TEXT,
      by_weight INTEGER NOT NULL,
      rewardable INTEGER NOT NULL,
      earning INTEGER NOT NULL,
      PRIMARY KEY (sku)
    ) STRICT
    """,
    """
    CREATE TABLE programme_revisions (
      programme INTEGER NOT NULL,
      revision INTEGER NOT NULL,
      content TEXT NOT NULL,
      PRIMARY KEY (programme, revision)
    ) STRICT
    """,
    """
    CREATE TABLE rights (
      wallet TEXT NOT NULL,
      unit TEXT NOT NULL,
      n INTEGER NOT NULL,
      PRIMARY KEY (wallet, unit)
    ) WITHOUT ROWID, STRICT
    """,
    """
    CREATE TABLE settings (
      "key" TEXT NOT NULL,
      content TEXT NOT NULL,
      PRIMARY KEY ("key")
    ) WITHOUT ROWID, STRICT
    """,
    """
    CREATE TABLE working_basket (
      id INTEGER NOT NULL,
      stored BLOB NOT NULL,
      PRIMARY KEY (id),
      CONSTRAINT ck_working_basket_one_row CHECK (id = 1)
    ) STRICT
    """,
    """
    CREATE TABLE cards (
      issued INTEGER NOT NULL,
      id TEXT NOT NULL,
      number TEXT NOT NULL,
      state TEXT NOT NULL,
      member TEXT NOT NULL,
      PRIMARY KEY (issued),
      CONSTRAINT uq_cards_id UNIQUE (id),
      CONSTRAINT uq_cards_number UNIQUE (number),
      CONSTRAINT fk_cards_member FOREIGN KEY(member) REFERENCES members (id) ON DELETE CASCADE
    ) STRICT
    """,
    "CREATE INDEX ix_cards_member ON cards (member)",
    """
    CREATE TABLE entries (
      incarnation TEXT NOT NULL,
      seq INTEGER NOT NULL,
      position INTEGER NOT NULL,
      wallet TEXT NOT NULL,
      unit TEXT NOT NULL,
      kind TEXT NOT NULL,
      n INTEGER NOT NULL,
      day TEXT NOT NULL,
      PRIMARY KEY (incarnation, seq, position),
      CONSTRAINT fk_entries_incarnation_seq FOREIGN KEY(incarnation, seq) REFERENCES facts (incarnation, seq)
    ) WITHOUT ROWID, STRICT
    """,
    "CREATE INDEX ix_entries_wallet ON entries (wallet)",
    """
    CREATE TABLE member_wallets (
      member TEXT NOT NULL,
      position INTEGER NOT NULL,
      wallet TEXT NOT NULL,
      PRIMARY KEY (member, position),
      CONSTRAINT uq_member_wallets_member_wallet UNIQUE (member, wallet),
      CONSTRAINT fk_member_wallets_member FOREIGN KEY(member) REFERENCES members (id) ON DELETE CASCADE
    ) WITHOUT ROWID, STRICT
    """,
    "CREATE INDEX ix_member_wallets_wallet ON member_wallets (wallet)",
    """
    CREATE TABLE member_words (
      word TEXT NOT NULL,
      member TEXT NOT NULL,
      PRIMARY KEY (word, member),
      CONSTRAINT fk_member_words_member FOREIGN KEY(member) REFERENCES members (id) ON DELETE CASCADE
    ) WITHOUT ROWID, STRICT
    """,
    "CREATE INDEX ix_member_words_member ON member_words (member)",
    """
    CREATE TABLE outbox (
      incarnation TEXT NOT NULL,
      seq INTEGER NOT NULL,
      PRIMARY KEY (incarnation, seq),
      CONSTRAINT fk_outbox_incarnation_seq FOREIGN KEY(incarnation, seq) REFERENCES facts (incarnation, seq)
    ) WITHOUT ROWID, STRICT
    """,
    """
    CREATE TABLE product_codes (
      gtin TEXT NOT NULL,
      sku TEXT NOT NULL,
      PRIMARY KEY (gtin),
      CONSTRAINT fk_product_codes_sku FOREIGN KEY(sku) REFERENCES products (sku) ON DELETE CASCADE
    ) WITHOUT ROWID, STRICT
    """,
    "CREATE INDEX ix_product_codes_sku ON product_codes (sku)",
    """
    CREATE TABLE product_words (
      word TEXT NOT NULL,
      sku TEXT NOT NULL,
      PRIMARY KEY (word, sku),
      CONSTRAINT fk_product_words_sku FOREIGN KEY(sku) REFERENCES products (sku) ON DELETE CASCADE
    ) WITHOUT ROWID, STRICT
    """,
    "CREATE INDEX ix_product_words_sku ON product_words (sku)",
    """
    CREATE TABLE tiles (
      position INTEGER NOT NULL,
      sku TEXT NOT NULL,
      tab TEXT NOT NULL,
      colour TEXT NOT NULL,
      PRIMARY KEY (position),
      CONSTRAINT fk_tiles_sku FOREIGN KEY(sku) REFERENCES products (sku) ON DELETE CASCADE
    ) STRICT
    """,
    "CREATE INDEX ix_tiles_sku ON tiles (sku)",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)

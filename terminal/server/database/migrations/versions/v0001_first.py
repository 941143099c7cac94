"""The first tables."""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None

KINDS = {
    "sqlite": {
        "text": "TEXT",
        "whole": "INTEGER",
        "bytes": "BLOB",
        "end": "STRICT",
        "busy": "STRICT",
        "wide": "STRICT",
    },
    "postgresql": {
        "text": 'TEXT COLLATE "C"',
        "whole": "BIGINT",
        "bytes": "BYTEA",
        "end": "",
        "busy": "WITH (fillfactor = 70)",
        "wide": "WITH (toast_tuple_target = 4096)",
    },
}

STATEMENTS = (
    """
    CREATE TABLE accounts (
      wallet {text} NOT NULL,
      unit {text} NOT NULL,
      earned {whole} NOT NULL,
      expired {whole} NOT NULL,
      used {whole} NOT NULL,
      pending {whole} NOT NULL,
      debt {whole} NOT NULL,
      days {text} NOT NULL,
      next_day {text} NOT NULL,
      pool {whole} NOT NULL,
      CONSTRAINT pk_accounts PRIMARY KEY (wallet, unit)
    ) {busy}
    """,
    "CREATE INDEX ix_accounts_next_day_wallet_unit ON accounts (next_day, wallet, unit)",
    "CREATE INDEX ix_accounts_over_vested ON accounts (wallet) WHERE pending < 0",
    """
    CREATE TABLE alarms (
      kind {text} NOT NULL,
      place {text} NOT NULL,
      detail {text} NOT NULL,
      raised_ms {whole} NOT NULL,
      last_ms {whole} NOT NULL,
      times {whole} NOT NULL,
      done_ms {whole} DEFAULT '0' NOT NULL,
      note {text} DEFAULT '' NOT NULL,
      CONSTRAINT pk_alarms PRIMARY KEY (kind, place)
    ) {end}
    """,
    """
    CREATE TABLE card_blocks (
      store {text} NOT NULL,
      first {whole} NOT NULL,
      last {whole} NOT NULL,
      terminal {text} NOT NULL,
      CONSTRAINT pk_card_blocks PRIMARY KEY (store, first)
    ) {end}
    """,
    """
    CREATE TABLE cards (
      id {text} NOT NULL,
      number {text} NOT NULL,
      member {text} NOT NULL,
      usable {text} NOT NULL,
      CONSTRAINT pk_cards PRIMARY KEY (id)
    ) {end}
    """,
    "CREATE INDEX ix_cards_member ON cards (member)",
    "CREATE INDEX ix_cards_number ON cards (number)",
    """
    CREATE TABLE codes (
      hash {text} NOT NULL,
      store {text} NOT NULL,
      ends_ms {whole} NOT NULL,
      used_ms {whole} NOT NULL,
      CONSTRAINT pk_codes PRIMARY KEY (hash)
    ) {end}
    """,
    """
    CREATE TABLE decisions (
      wallet {text} NOT NULL,
      unit {text} NOT NULL,
      day {text} NOT NULL,
      n {whole} NOT NULL,
      listed_ms {whole} NOT NULL,
      ruling {text} DEFAULT '' NOT NULL,
      CONSTRAINT pk_decisions PRIMARY KEY (wallet, unit, day)
    ) {end}
    """,
    """
    CREATE TABLE deeds (
      id {text} NOT NULL,
      incarnation {text} NOT NULL,
      seq {whole} NOT NULL,
      CONSTRAINT pk_deeds PRIMARY KEY (id)
    ) {end}
    """,
    """
    CREATE TABLE entries (
      incarnation {text} NOT NULL,
      seq {whole} NOT NULL,
      position {whole} NOT NULL,
      wallet {text} NOT NULL,
      unit {text} NOT NULL,
      kind {text} NOT NULL,
      n {whole} NOT NULL,
      day {text} NOT NULL,
      business_day {text} NOT NULL,
      CONSTRAINT pk_entries PRIMARY KEY (incarnation, seq, position)
    ) {end}
    """,
    "CREATE INDEX ix_entries_wallet_unit ON entries (wallet, unit)",
    """
    CREATE TABLE extensions (
      wallet {text} NOT NULL,
      unit {text} NOT NULL,
      day {text} NOT NULL,
      until {text} NOT NULL,
      reason {text} NOT NULL,
      CONSTRAINT pk_extensions PRIMARY KEY (wallet, unit, day)
    ) {end}
    """,
    """
    CREATE TABLE facts (
      incarnation {text} NOT NULL,
      seq {whole} NOT NULL,
      kind {text} NOT NULL,
      hash {text} NOT NULL,
      stored {bytes} NOT NULL,
      store {text} NOT NULL,
      wall_ms {whole} NOT NULL,
      business_day {text} NOT NULL,
      arrived_ms {whole} NOT NULL,
      CONSTRAINT pk_facts PRIMARY KEY (incarnation, seq)
    ) {wide}
    """,
    """
    CREATE TABLE feed (
      store {text} NOT NULL,
      number {whole} NOT NULL,
      kind {text} NOT NULL,
      "key" {text} NOT NULL,
      CONSTRAINT pk_feed PRIMARY KEY (store, number)
    ) {end}
    """,
    """
    CREATE TABLE feeds (
      store {text} NOT NULL,
      next {whole} NOT NULL,
      pruned {whole} DEFAULT '0' NOT NULL,
      CONSTRAINT pk_feeds PRIMARY KEY (store)
    ) {end}
    """,
    """
    CREATE TABLE findings (
      incarnation {text} NOT NULL,
      seq {whole} NOT NULL,
      position {whole} NOT NULL,
      kind {text} NOT NULL,
      detail {text} NOT NULL,
      cost {whole} NOT NULL,
      found_ms {whole} NOT NULL,
      CONSTRAINT pk_findings PRIMARY KEY (incarnation, seq, position)
    ) {end}
    """,
    """
    CREATE TABLE grants (
      incarnation {text} NOT NULL,
      timeline {whole} NOT NULL,
      number {whole} NOT NULL,
      wallet {text} NOT NULL,
      unit {text} NOT NULL,
      n {whole} NOT NULL,
      standing {text} NOT NULL,
      given_ms {whole} NOT NULL,
      CONSTRAINT pk_grants PRIMARY KEY (incarnation, timeline, number)
    ) {end}
    """,
    "CREATE INDEX ix_grants_incarnation_standing ON grants (incarnation, standing)",
    "CREATE INDEX ix_grants_wallet_unit ON grants (wallet, unit)",
    """
    CREATE TABLE holdings (
      wallet {text} NOT NULL,
      unit {text} NOT NULL,
      incarnation {text} NOT NULL,
      n {whole} NOT NULL,
      CONSTRAINT pk_holdings PRIMARY KEY (wallet, unit, incarnation)
    ) {busy}
    """,
    "CREATE INDEX ix_holdings_incarnation ON holdings (incarnation)",
    """
    CREATE TABLE interests (
      wallet {text} NOT NULL,
      store {text} NOT NULL,
      CONSTRAINT pk_interests PRIMARY KEY (wallet, store)
    ) {end}
    """,
    "CREATE INDEX ix_interests_store ON interests (store)",
    """
    CREATE TABLE logs (
      incarnation {text} NOT NULL,
      terminal {text} NOT NULL,
      store {text} NOT NULL,
      role {text} NOT NULL,
      standing {text} NOT NULL,
      timeline {whole} NOT NULL,
      stored {whole} NOT NULL,
      head {text} NOT NULL,
      applied {whole} NOT NULL,
      checked {whole} NOT NULL,
      last_request {whole} NOT NULL,
      last_random {text} NOT NULL,
      nonce {text} NOT NULL,
      nonce_before {text} NOT NULL,
      next_grant {whole} NOT NULL,
      quarantined {whole} NOT NULL,
      contact_ms {whole} NOT NULL,
      clock_ahead_ms {whole} NOT NULL,
      cursor {whole} NOT NULL,
      app {text} NOT NULL,
      CONSTRAINT pk_logs PRIMARY KEY (incarnation)
    ) {end}
    """,
    "CREATE INDEX ix_logs_terminal ON logs (terminal)",
    """
    CREATE TABLE members (
      id {text} NOT NULL,
      fields {text} NOT NULL,
      phone {text} NOT NULL,
      store {text} NOT NULL,
      standing {text} NOT NULL,
      merged_into {text} NOT NULL,
      CONSTRAINT pk_members PRIMARY KEY (id)
    ) {end}
    """,
    "CREATE INDEX ix_members_merged_into ON members (merged_into)",
    "CREATE INDEX ix_members_phone ON members (phone)",
    """
    CREATE TABLE parked (
      incarnation {text} NOT NULL,
      seq {whole} NOT NULL,
      reason {text} NOT NULL,
      parked_ms {whole} NOT NULL,
      CONSTRAINT pk_parked PRIMARY KEY (incarnation, seq)
    ) {end}
    """,
    """
    CREATE TABLE pending (
      incarnation {text} NOT NULL,
      seq {whole} NOT NULL,
      wallet {text} NOT NULL,
      unit {text} NOT NULL,
      vests {text} NOT NULL,
      n {whole} NOT NULL,
      store {text} NOT NULL,
      CONSTRAINT pk_pending PRIMARY KEY (incarnation, seq, wallet, unit, vests)
    ) {end}
    """,
    "CREATE INDEX ix_pending_vests ON pending (vests)",
    """
    CREATE TABLE phone_asks (
      terminal {text} NOT NULL,
      since_ms {whole} NOT NULL,
      n {whole} NOT NULL,
      CONSTRAINT pk_phone_asks PRIMARY KEY (terminal)
    ) {end}
    """,
    """
    CREATE TABLE recalls (
      incarnation {text} NOT NULL,
      wallet {text} NOT NULL,
      unit {text} NOT NULL,
      n {whole} NOT NULL,
      reason {text} NOT NULL,
      asked_ms {whole} NOT NULL,
      CONSTRAINT pk_recalls PRIMARY KEY (incarnation, wallet, unit)
    ) {end}
    """,
    """
    CREATE TABLE revisions (
      kind {text} NOT NULL,
      number {whole} NOT NULL,
      revision {whole} NOT NULL,
      holds_from_ms {whole} NOT NULL,
      content {text} NOT NULL,
      published_ms {whole} NOT NULL,
      CONSTRAINT pk_revisions PRIMARY KEY (kind, number, revision)
    ) {end}
    """,
    """
    CREATE TABLE server (
      id {whole} NOT NULL,
      timeline {whole} NOT NULL,
      founded {text} NOT NULL,
      CONSTRAINT pk_server PRIMARY KEY (id)
    ) {end}
    """,
    """
    CREATE TABLE stores (
      id {text} NOT NULL,
      shop {text} NOT NULL,
      next_card {whole} NOT NULL,
      CONSTRAINT pk_stores PRIMARY KEY (id)
    ) {end}
    """,
    """
    CREATE TABLE tables_version (
      id {whole} NOT NULL,
      version {whole} NOT NULL,
      CONSTRAINT pk_tables_version PRIMARY KEY (id)
    ) {end}
    """,
    """
    CREATE TABLE terminals (
      id {text} NOT NULL,
      store {text} NOT NULL,
      lane {text} NOT NULL,
      public_key {text} NOT NULL,
      standing {text} NOT NULL,
      incarnation {text} NOT NULL,
      paired_ms {whole} NOT NULL,
      CONSTRAINT pk_terminals PRIMARY KEY (id)
    ) {end}
    """,
    """
    CREATE TABLE wallets (
      wallet {text} NOT NULL,
      member {text} NOT NULL,
      store {text} NOT NULL,
      version {whole} NOT NULL,
      movements {text} NOT NULL,
      CONSTRAINT pk_wallets PRIMARY KEY (wallet)
    ) {busy}
    """,
    "CREATE INDEX ix_wallets_member ON wallets (member)",
    """
    CREATE TABLE warnings (
      wallet {text} NOT NULL,
      unit {text} NOT NULL,
      day {text} NOT NULL,
      warned_on {text} NOT NULL,
      last_day {text} NOT NULL,
      how {text} NOT NULL,
      CONSTRAINT pk_warnings PRIMARY KEY (wallet, unit, day)
    ) {end}
    """,
)


def upgrade() -> None:
    kinds = KINDS[op.get_bind().dialect.name]
    for statement in STATEMENTS:
        op.execute(statement.format(**kinds))

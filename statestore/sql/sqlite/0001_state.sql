-- Everything that one key's turn writes, in one file. Moments are microseconds since 1970 (UTC),
-- leases are machine seconds. Rows of a kind live in the table that erasure asks for: persons,
-- contents, or states. Tables with short rows are keyed by their names (WITHOUT ROWID); those
-- that carry a payload keep it out of the tree of names, which is worth a factor of two.

CREATE TABLE meta (
    name  TEXT PRIMARY KEY,
    value TEXT
) WITHOUT ROWID;

-- One row. Numbers are never given twice: a late report of a published outbox row must not delete
-- a new one. `commits` tells an old copy of the file from the file that went on.
CREATE TABLE counters (
    one     INTEGER PRIMARY KEY CHECK (one = 1),
    outbox  INTEGER NOT NULL,
    journal INTEGER NOT NULL,
    timer   INTEGER NOT NULL,
    commits INTEGER NOT NULL
);
INSERT INTO counters VALUES (1, 0, 0, 0, 0);

-- No index by time: it would cost every event a fifth of its commit; forgetting reads the table in
-- pages instead.
CREATE TABLE inbox (
    agent TEXT NOT NULL,
    id    TEXT NOT NULL,
    at    INTEGER NOT NULL,
    PRIMARY KEY (agent, id)
) WITHOUT ROWID;

CREATE TABLE states (
    tenant  TEXT NOT NULL,
    kind    TEXT NOT NULL,
    key     TEXT NOT NULL,
    version INTEGER NOT NULL,
    schema  INTEGER NOT NULL,
    parent  TEXT NOT NULL,
    status  TEXT NOT NULL,
    data    TEXT NOT NULL
);
CREATE UNIQUE INDEX states_key ON states (kind, tenant, key);
CREATE INDEX states_parent ON states (tenant, parent, kind, key) WHERE parent <> '';
CREATE INDEX states_status ON states (kind, status, tenant, key) WHERE status <> '';

CREATE TABLE persons (
    tenant  TEXT NOT NULL,
    kind    TEXT NOT NULL,
    key     TEXT NOT NULL,
    version INTEGER NOT NULL,
    schema  INTEGER NOT NULL,
    parent  TEXT NOT NULL,
    status  TEXT NOT NULL,
    data    TEXT NOT NULL
);
CREATE UNIQUE INDEX persons_key ON persons (kind, tenant, key);
CREATE INDEX persons_parent ON persons (tenant, parent, kind, key) WHERE parent <> '';
CREATE INDEX persons_status ON persons (kind, status, tenant, key) WHERE status <> '';

CREATE TABLE contents (
    tenant  TEXT NOT NULL,
    kind    TEXT NOT NULL,
    key     TEXT NOT NULL,
    version INTEGER NOT NULL,
    schema  INTEGER NOT NULL,
    parent  TEXT NOT NULL,
    status  TEXT NOT NULL,
    data    TEXT NOT NULL
);
CREATE UNIQUE INDEX contents_key ON contents (kind, tenant, key);
CREATE INDEX contents_parent ON contents (tenant, parent, kind, key) WHERE parent <> '';
CREATE INDEX contents_status ON contents (kind, status, tenant, key) WHERE status <> '';

-- Events to be published at once, and those for later, which would stand in the way of the first.
CREATE TABLE outbox (
    number       INTEGER PRIMARY KEY,
    topic        TEXT NOT NULL,
    attempt      INTEGER NOT NULL,
    leased_until REAL,
    event        TEXT NOT NULL
);
CREATE TABLE deferred (
    number       INTEGER PRIMARY KEY,
    topic        TEXT NOT NULL,
    attempt      INTEGER NOT NULL,
    leased_until REAL,
    event        TEXT NOT NULL,
    available    INTEGER NOT NULL
);
CREATE INDEX deferred_available ON deferred (available);

-- Every question about due times has a partial index in which its answer stands first, so that a
-- million timers to come cost nothing. Columns that are always NULL in an index stand in it all the
-- same: the engine checks them, and would look up each row for that.
CREATE TABLE timers (
    agent        TEXT NOT NULL,
    key          TEXT NOT NULL,
    tenant       TEXT NOT NULL,
    due          INTEGER NOT NULL,
    reason       TEXT NOT NULL,
    lead         TEXT,
    pool         TEXT,
    rank         INTEGER NOT NULL,
    zone         TEXT,
    wall         TEXT,
    waiting      INTEGER,
    estimate     INTEGER,
    version      INTEGER NOT NULL,
    leased_until REAL,
    PRIMARY KEY (agent, key)
) WITHOUT ROWID;
CREATE INDEX timers_free ON timers (leased_until, pool, tenant, due)
    WHERE leased_until IS NULL AND pool IS NULL;
CREATE INDEX timers_pool ON timers (leased_until, pool, rank, due)
    WHERE leased_until IS NULL AND pool IS NOT NULL;
CREATE INDEX timers_unmarked ON timers (leased_until, waiting, pool, rank, due)
    WHERE leased_until IS NULL AND waiting IS NULL AND pool IS NOT NULL;
CREATE INDEX timers_next ON timers (leased_until, due, pool, waiting)
    WHERE leased_until IS NULL AND (pool IS NULL OR waiting IS NULL);
CREATE INDEX timers_leased ON timers (leased_until)
    WHERE leased_until IS NOT NULL;

CREATE TABLE sends (
    id           TEXT PRIMARY KEY,
    tenant       TEXT NOT NULL,
    account      TEXT NOT NULL,
    lead         TEXT NOT NULL,
    person       TEXT NOT NULL,
    campaign     TEXT NOT NULL,
    definition   INTEGER NOT NULL,
    round        INTEGER NOT NULL,
    step         INTEGER NOT NULL,
    attempt      INTEGER NOT NULL,
    channel      TEXT NOT NULL,
    address_hash TEXT NOT NULL,
    resource     TEXT NOT NULL,
    state        TEXT NOT NULL,
    planned_at   INTEGER NOT NULL,
    not_after    INTEGER NOT NULL,
    mode         TEXT NOT NULL,
    purpose      TEXT NOT NULL,
    content      TEXT,
    content_hash TEXT,
    tries        INTEGER NOT NULL,
    ambiguous    INTEGER NOT NULL,
    vendor_class TEXT,
    owner        TEXT,
    claimed_at   INTEGER,
    lease_until  REAL,
    settled_at   INTEGER,
    next_try     INTEGER,
    code         TEXT NOT NULL,
    diagnostic   TEXT NOT NULL,
    reference    TEXT,
    provider_id  TEXT,
    request      TEXT,
    version      INTEGER NOT NULL
);
CREATE UNIQUE INDEX sends_touch ON sends (tenant, campaign, round, lead, step)
    WHERE state <> 'refused' AND step >= 0;
CREATE UNIQUE INDEX sends_address ON sends (tenant, campaign, round, step, address_hash)
    WHERE state <> 'refused' AND step >= 0;
CREATE INDEX sends_lead ON sends (tenant, lead);
CREATE INDEX sends_person ON sends (tenant, address_hash)
    WHERE state IN ('claimed', 'sent', 'unknown');
CREATE INDEX sends_state ON sends (state, coalesce(claimed_at, planned_at), id);
CREATE INDEX sends_claimed ON sends (lease_until) WHERE state = 'claimed';
CREATE INDEX sends_retry ON sends (next_try) WHERE state = 'planned' AND next_try IS NOT NULL;

CREATE TABLE reservations (
    send     TEXT PRIMARY KEY,
    resource TEXT NOT NULL,
    tenant   TEXT NOT NULL,
    at       INTEGER NOT NULL,
    kept     INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX reservations_at ON reservations (resource, at);

CREATE TABLE admissions (
    key      TEXT PRIMARY KEY,
    resource TEXT NOT NULL,
    tenant   TEXT NOT NULL,
    at       INTEGER NOT NULL,
    expires  INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX admissions_resource ON admissions (resource);

CREATE TABLE stops (
    tenant TEXT NOT NULL,
    id     TEXT NOT NULL,
    key    TEXT NOT NULL,
    reason TEXT NOT NULL,
    at     INTEGER NOT NULL,
    cause  TEXT NOT NULL,
    by     TEXT NOT NULL,
    note   TEXT NOT NULL,
    until  INTEGER,
    lifted TEXT,
    PRIMARY KEY (tenant, id)
) WITHOUT ROWID;
CREATE INDEX stops_key ON stops (tenant, key);

CREATE TABLE credits (
    tenant  TEXT PRIMARY KEY,
    balance INTEGER NOT NULL CHECK (balance >= 0)
) WITHOUT ROWID;

CREATE TABLE leases (
    name  TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    until REAL NOT NULL
) WITHOUT ROWID;

CREATE TABLE journal (
    number   INTEGER PRIMARY KEY,
    tenant   TEXT NOT NULL,
    account  TEXT NOT NULL,
    lead     TEXT,
    campaign TEXT NOT NULL,
    at       INTEGER NOT NULL,
    agent    TEXT NOT NULL,
    kind     TEXT NOT NULL,
    code     TEXT NOT NULL,
    data     TEXT NOT NULL,
    repeat   TEXT,
    times    INTEGER NOT NULL,
    last_at  INTEGER
);
CREATE INDEX journal_lead ON journal (tenant, lead, number) WHERE lead IS NOT NULL;
CREATE INDEX journal_account ON journal (tenant, account, lead, number);
CREATE INDEX journal_at ON journal (at);

CREATE TABLE dead (
    id         TEXT PRIMARY KEY,
    tenant     TEXT NOT NULL,
    agent      TEXT NOT NULL,
    topic      TEXT NOT NULL,
    key        TEXT NOT NULL,
    headers    TEXT NOT NULL,
    value      BLOB NOT NULL,
    reason     TEXT NOT NULL,
    detail     TEXT NOT NULL,
    attempts   INTEGER NOT NULL,
    origin     TEXT NOT NULL,
    first_at   INTEGER NOT NULL,
    last_at    INTEGER NOT NULL,
    state      TEXT NOT NULL,
    note       TEXT NOT NULL,
    settled_at INTEGER
);
CREATE INDEX dead_state ON dead (state, first_at);

-- Everything that one key's turn writes, in one schema. Moments are microseconds since 1970 (UTC);
-- leases are seconds since 1970 by this server's clock, whichever host asks for them.
--
-- Names compare by bytes (COLLATE "C"): half the cost of an index entry, one order on every server,
-- and the order that the other stores have. JSON is kept as text: nobody looks inside, and parsing
-- it would cost the server what the client has already done.
--
-- Plain tables, none in partitions. Every hot question starts from an index whose depth grows by one
-- level from a hundred thousand rows to ten million; no unique key that we need has a time in it,
-- which is what partitions by time would ask for; and rows leave by key (published, forgotten), not
-- by age. What a queue leaves behind is swept up by its own autovacuum settings.
--
-- `admitted` is what row-level security asks of a row (design §8): its tenant is the operator's, or
-- one of those that the transaction has set (`,a,b,`), or it has asked for all by name (`*`). One
-- that set nothing sees the operator's rows alone. Tables without a policy serve every client at once: the relay (outbox,
-- deferred), the claimer (timers), consumed ids, leases; and a resource's slots, which count by
-- resource whoever used them (spec 5.9).

CREATE TABLE leadwire.meta (
    name  text COLLATE "C" PRIMARY KEY,
    value text
);

-- Numbers are given by blocks: a batch of units takes one, whatever it writes, and what it does not
-- use stays unused. So no number is ever given twice, and one question serves a whole batch.
CREATE SEQUENCE leadwire.outbox_block INCREMENT BY 65536 START WITH 65536 CACHE 1;
CREATE SEQUENCE leadwire.journal_block INCREMENT BY 65536 START WITH 65536 CACHE 1;
CREATE SEQUENCE leadwire.timer_block INCREMENT BY 65536 START WITH 65536 CACHE 1;

CREATE TABLE leadwire.inbox (
    agent text COLLATE "C" NOT NULL,
    id    text COLLATE "C" NOT NULL,
    at    bigint NOT NULL,
    PRIMARY KEY (agent, id)
);
-- Forgetting asks by time; rows come in that order, so that a summary of pages is enough.
CREATE INDEX inbox_at ON leadwire.inbox USING brin (at);

-- Rows change in place: room in each page keeps a change out of the indexes.
CREATE TABLE leadwire.states (
    tenant  text COLLATE "C" NOT NULL,
    kind    text COLLATE "C" NOT NULL,
    key     text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    schema  bigint NOT NULL,
    parent  text COLLATE "C" NOT NULL,
    status  text COLLATE "C" NOT NULL,
    data    text NOT NULL
) WITH (fillfactor = 80);
CREATE UNIQUE INDEX states_key ON leadwire.states (kind, tenant, key);
CREATE INDEX states_parent ON leadwire.states (tenant, parent, kind, key) WHERE parent <> '';
CREATE INDEX states_status ON leadwire.states (kind, status, tenant, key) WHERE status <> '';

CREATE TABLE leadwire.persons (LIKE leadwire.states INCLUDING STORAGE) WITH (fillfactor = 80);
CREATE UNIQUE INDEX persons_key ON leadwire.persons (kind, tenant, key);
CREATE INDEX persons_parent ON leadwire.persons (tenant, parent, kind, key) WHERE parent <> '';
CREATE INDEX persons_status ON leadwire.persons (kind, status, tenant, key) WHERE status <> '';

CREATE TABLE leadwire.contents (LIKE leadwire.states INCLUDING STORAGE) WITH (fillfactor = 80);
CREATE UNIQUE INDEX contents_key ON leadwire.contents (kind, tenant, key);
CREATE INDEX contents_parent ON leadwire.contents (tenant, parent, kind, key) WHERE parent <> '';
CREATE INDEX contents_status ON leadwire.contents (kind, status, tenant, key) WHERE status <> '';

-- Events to be published at once, and those for later, which would stand in the way of the first.
CREATE TABLE leadwire.outbox (
    number       bigint PRIMARY KEY,
    topic        text NOT NULL,
    attempt      bigint NOT NULL,
    leased_until double precision,
    event        text NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0.0, autovacuum_vacuum_threshold = 20000);
CREATE TABLE leadwire.deferred (
    number       bigint PRIMARY KEY,
    topic        text NOT NULL,
    attempt      bigint NOT NULL,
    leased_until double precision,
    event        text NOT NULL,
    available    bigint NOT NULL
);
CREATE INDEX deferred_available ON leadwire.deferred (available, number);

-- Every question about due times has a partial index in which its answer stands first, so that a
-- million timers to come cost nothing.
CREATE TABLE leadwire.timers (
    agent        text COLLATE "C" NOT NULL,
    key          text COLLATE "C" NOT NULL,
    tenant       text COLLATE "C" NOT NULL,
    due          bigint NOT NULL,
    reason       text NOT NULL,
    lead         text,
    pool         text COLLATE "C",
    rank         bigint NOT NULL,
    zone         text,
    wall         text,
    waiting      bigint,
    estimate     bigint,
    version      bigint NOT NULL,
    leased_until double precision,
    PRIMARY KEY (agent, key)
) WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
CREATE INDEX timers_free ON leadwire.timers (tenant, due, agent, key)
    WHERE leased_until IS NULL AND pool IS NULL;
CREATE INDEX timers_pool ON leadwire.timers (pool, rank, due, agent, key)
    WHERE leased_until IS NULL AND pool IS NOT NULL;
CREATE INDEX timers_unmarked ON leadwire.timers (pool, rank, due, agent, key)
    WHERE leased_until IS NULL AND pool IS NOT NULL AND waiting IS NULL;
CREATE INDEX timers_next ON leadwire.timers (due)
    WHERE leased_until IS NULL AND (pool IS NULL OR waiting IS NULL);
CREATE INDEX timers_leased ON leadwire.timers (leased_until) WHERE leased_until IS NOT NULL;

CREATE TABLE leadwire.sends (
    id           text COLLATE "C" PRIMARY KEY,
    tenant       text COLLATE "C" NOT NULL,
    account      text COLLATE "C" NOT NULL,
    lead         text COLLATE "C" NOT NULL,
    person       text NOT NULL,
    campaign     text COLLATE "C" NOT NULL,
    definition   bigint NOT NULL,
    round        bigint NOT NULL,
    step         bigint NOT NULL,
    attempt      bigint NOT NULL,
    channel      text NOT NULL,
    address_hash text COLLATE "C" NOT NULL,
    resource     text COLLATE "C" NOT NULL,
    state        text COLLATE "C" NOT NULL,
    planned_at   bigint NOT NULL,
    not_after    bigint NOT NULL,
    mode         text NOT NULL,
    purpose      text NOT NULL,
    content      text,
    content_hash text,
    tries        bigint NOT NULL,
    ambiguous    boolean NOT NULL,
    vendor_class text,
    owner        text,
    claimed_at   bigint,
    lease_until  double precision,
    settled_at   bigint,
    next_try     bigint,
    code         text NOT NULL,
    diagnostic   text NOT NULL,
    reference    text,
    provider_id  text,
    request      text,
    version      bigint NOT NULL
) WITH (fillfactor = 80);
CREATE UNIQUE INDEX sends_touch ON leadwire.sends (tenant, campaign, round, lead, step)
    WHERE state <> 'refused' AND step >= 0;
CREATE UNIQUE INDEX sends_address ON leadwire.sends (tenant, campaign, round, step, address_hash)
    WHERE state <> 'refused' AND step >= 0;
CREATE INDEX sends_lead ON leadwire.sends (tenant, lead);
CREATE INDEX sends_person ON leadwire.sends (tenant, address_hash)
    WHERE state IN ('claimed', 'sent', 'unknown');
CREATE INDEX sends_state ON leadwire.sends (state, (coalesce(claimed_at, planned_at)), id);
CREATE INDEX sends_claimed ON leadwire.sends (lease_until, id) WHERE state = 'claimed';
CREATE INDEX sends_retry ON leadwire.sends (next_try, id)
    WHERE state = 'planned' AND next_try IS NOT NULL;

CREATE TABLE leadwire.reservations (
    send     text COLLATE "C" PRIMARY KEY,
    resource text COLLATE "C" NOT NULL,
    tenant   text COLLATE "C" NOT NULL,
    at       bigint NOT NULL,
    kept     boolean NOT NULL
);
CREATE INDEX reservations_at ON leadwire.reservations (resource, at);

CREATE TABLE leadwire.admissions (
    key      text COLLATE "C" PRIMARY KEY,
    resource text COLLATE "C" NOT NULL,
    tenant   text COLLATE "C" NOT NULL,
    at       bigint NOT NULL,
    expires  bigint NOT NULL
);
CREATE INDEX admissions_resource ON leadwire.admissions (resource);

CREATE TABLE leadwire.stops (
    tenant text COLLATE "C" NOT NULL,
    id     text COLLATE "C" NOT NULL,
    key    text COLLATE "C" NOT NULL,
    reason text NOT NULL,
    at     bigint NOT NULL,
    cause  text NOT NULL,
    by     text NOT NULL,
    note   text NOT NULL,
    until  bigint,
    lifted text,
    PRIMARY KEY (tenant, id)
);
CREATE INDEX stops_key ON leadwire.stops (tenant, key);

CREATE TABLE leadwire.credits (
    tenant  text COLLATE "C" PRIMARY KEY,
    balance bigint NOT NULL CHECK (balance >= 0)
) WITH (fillfactor = 10);

CREATE TABLE leadwire.leases (
    name  text COLLATE "C" PRIMARY KEY,
    owner text NOT NULL,
    epoch bigint NOT NULL,
    until double precision NOT NULL
) WITH (fillfactor = 10);

CREATE TABLE leadwire.journal (
    number   bigint PRIMARY KEY,
    tenant   text COLLATE "C" NOT NULL,
    account  text COLLATE "C" NOT NULL,
    lead     text COLLATE "C",
    campaign text COLLATE "C" NOT NULL,
    at       bigint NOT NULL,
    agent    text NOT NULL,
    kind     text COLLATE "C" NOT NULL,
    code     text COLLATE "C" NOT NULL,
    data     text NOT NULL,
    repeat   text,
    times    bigint NOT NULL,
    last_at  bigint
);
CREATE INDEX journal_lead ON leadwire.journal (tenant, lead, number) WHERE lead IS NOT NULL;
CREATE INDEX journal_account ON leadwire.journal (tenant, account, number);
CREATE INDEX journal_own ON leadwire.journal (tenant, account, number) WHERE lead IS NULL;
CREATE INDEX journal_at ON leadwire.journal USING brin (at);

-- `subject` is the lead that the letter's event is about: an erasure finds it there.
CREATE TABLE leadwire.dead (
    id         text COLLATE "C" PRIMARY KEY,
    tenant     text COLLATE "C" NOT NULL,
    agent      text NOT NULL,
    topic      text NOT NULL,
    key        text NOT NULL,
    headers    text NOT NULL,
    value      bytea NOT NULL,
    reason     text NOT NULL,
    detail     text NOT NULL,
    attempts   bigint NOT NULL,
    origin     text NOT NULL,
    first_at   bigint NOT NULL,
    last_at    bigint NOT NULL,
    state      text COLLATE "C" NOT NULL,
    note       text NOT NULL,
    settled_at bigint,
    subject    text COLLATE "C"
);
CREATE INDEX dead_state ON leadwire.dead (state, first_at, id);
CREATE INDEX dead_subject ON leadwire.dead (tenant, subject) WHERE subject IS NOT NULL;

DO $policies$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY[
        'states', 'persons', 'contents', 'sends', 'stops', 'credits', 'journal', 'dead'
    ] LOOP
        EXECUTE format('ALTER TABLE leadwire.%I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE leadwire.%I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format($policy$
            CREATE POLICY admitted ON leadwire.%I USING (
                tenant = '*'
                OR strpos((SELECT current_setting('leadwire.tenants', true)), ',' || tenant || ',') > 0
                OR (SELECT current_setting('leadwire.tenants', true)) = '*'
            )
        $policy$, name);
    END LOOP;
END
$policies$;

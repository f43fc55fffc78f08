-- The first schema. One text for both databases: SQLite takes any type name, and what differs is filled in:
--   {clustered}  rows are stored in the order of the primary key (SQLite: WITHOUT ROWID)
--   {ordinal}    text is ordered by its bytes
--   {identity}   a number that the database draws
-- Times are bigint: steps of 100 ns since 1970-01-01 UTC. Columns whose name begins with sealed_ are encrypted; what is bound
-- to a row by encryption cannot be moved to another. Rows of a device have no foreign keys: the fence of the lease stands
-- before every write, and a check per row would double the cost of a large commit.

CREATE TABLE wuts_master_keys (
    key_id bigint NOT NULL PRIMARY KEY,
    sealed_check bytea NOT NULL,
    added_at bigint NOT NULL
);

CREATE TABLE wuts_secrets (
    name text NOT NULL PRIMARY KEY,
    sealed_value bytea NOT NULL,
    created_at bigint NOT NULL
);

-- Tenants, users, devices.

CREATE TABLE wuts_tenants (
    id uuid NOT NULL PRIMARY KEY,
    name text NOT NULL,
    name_key text NOT NULL UNIQUE,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL
);

CREATE TABLE wuts_users (
    id uuid NOT NULL PRIMARY KEY,
    tenant_id uuid NOT NULL REFERENCES wuts_tenants (id) ON DELETE CASCADE,
    email text NOT NULL,
    email_key text NOT NULL UNIQUE,
    role integer NOT NULL,
    active boolean NOT NULL,
    webhook_url text,
    sealed_token bytea NOT NULL,
    token_hash bytea NOT NULL UNIQUE,
    password_hash text NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL
);

CREATE INDEX wuts_users_by_tenant ON wuts_users (tenant_id);

CREATE TABLE wuts_devices (
    id uuid NOT NULL PRIMARY KEY,
    instance_id text NOT NULL UNIQUE,
    tenant_id uuid NOT NULL REFERENCES wuts_tenants (id) ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES wuts_users (id) ON DELETE CASCADE,
    name text NOT NULL,
    state integer NOT NULL,
    wants_connection boolean NOT NULL,
    account text,
    lid text,
    push_name text,
    platform text,
    linked_at bigint,
    last_seen bigint,
    problem integer,
    problem_until bigint,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    destroyed_at bigint
);

CREATE INDEX wuts_devices_by_tenant ON wuts_devices (tenant_id, created_at);
CREATE INDEX wuts_devices_by_user ON wuts_devices (user_id, created_at);

CREATE TABLE wuts_leases (
    device_id uuid NOT NULL PRIMARY KEY REFERENCES wuts_devices (id) ON DELETE CASCADE,
    number bigint NOT NULL,
    owner text,
    expires_at bigint NOT NULL
);

-- What makes a device this device.

CREATE TABLE wuts_credentials (
    device_id uuid NOT NULL PRIMARY KEY,
    sealed_document bytea NOT NULL,
    saved_at bigint NOT NULL
);

CREATE TABLE wuts_pre_keys (
    device_id uuid NOT NULL,
    id bigint NOT NULL,
    position bigint NOT NULL,
    uploaded boolean NOT NULL,
    sealed_private_key bytea NOT NULL,
    PRIMARY KEY (device_id, id)
){clustered};

CREATE INDEX wuts_pre_keys_by_position ON wuts_pre_keys (device_id, uploaded, position);

CREATE TABLE wuts_pre_key_counters (
    device_id uuid NOT NULL PRIMARY KEY,
    last_id bigint NOT NULL,
    last_position bigint NOT NULL
);

-- Signal state. A person is SignalAddress.User.

CREATE TABLE wuts_signal_sessions (
    device_id uuid NOT NULL,
    person text NOT NULL,
    device integer NOT NULL,
    sealed_record bytea NOT NULL,
    PRIMARY KEY (device_id, person, device)
){clustered};

CREATE TABLE wuts_signal_identities (
    device_id uuid NOT NULL,
    person text NOT NULL,
    device integer NOT NULL,
    public_key bytea NOT NULL,
    PRIMARY KEY (device_id, person, device)
){clustered};

CREATE TABLE wuts_signal_sender_keys (
    device_id uuid NOT NULL,
    group_jid text NOT NULL,
    person text NOT NULL,
    device integer NOT NULL,
    sealed_record bytea NOT NULL,
    PRIMARY KEY (device_id, group_jid, person, device)
){clustered};

CREATE INDEX wuts_signal_sender_keys_by_person ON wuts_signal_sender_keys (device_id, person);

CREATE TABLE wuts_signal_payloads (
    device_id uuid NOT NULL,
    id text NOT NULL,
    sealed_plaintext bytea,
    received_at bigint NOT NULL,
    PRIMARY KEY (device_id, id)
){clustered};

CREATE INDEX wuts_signal_payloads_by_time ON wuts_signal_payloads (device_id, received_at);

CREATE TABLE wuts_signal_retries (
    device_id uuid NOT NULL,
    message_id text NOT NULL,
    person text NOT NULL,
    device integer NOT NULL,
    count integer NOT NULL,
    last_at bigint NOT NULL,
    PRIMARY KEY (device_id, message_id, person, device)
){clustered};

CREATE INDEX wuts_signal_retries_by_time ON wuts_signal_retries (device_id, last_at);

CREATE TABLE wuts_signal_sent_messages (
    device_id uuid NOT NULL,
    id text NOT NULL,
    receiver text NOT NULL,
    sealed_plaintext bytea NOT NULL,
    sent_at bigint NOT NULL,
    resends integer NOT NULL,
    PRIMARY KEY (device_id, id)
){clustered};

CREATE INDEX wuts_signal_sent_messages_by_time ON wuts_signal_sent_messages (device_id, sent_at);

-- App state. sealed_content is the index and the value of a record.

CREATE TABLE wuts_app_state_keys (
    device_id uuid NOT NULL,
    key_id bytea NOT NULL,
    made_at bigint NOT NULL,
    sealed_data bytea NOT NULL,
    PRIMARY KEY (device_id, key_id)
){clustered};

CREATE TABLE wuts_app_state_collections (
    device_id uuid NOT NULL,
    collection integer NOT NULL,
    version bigint NOT NULL,
    hash bytea NOT NULL,
    PRIMARY KEY (device_id, collection)
){clustered};

CREATE TABLE wuts_app_state_records (
    device_id uuid NOT NULL,
    collection integer NOT NULL,
    index_mac bytea NOT NULL,
    value_mac bytea NOT NULL,
    key_id bytea NOT NULL,
    action_version integer NOT NULL,
    sealed_content bytea NOT NULL,
    PRIMARY KEY (device_id, collection, index_mac)
){clustered};

CREATE TABLE wuts_app_state_health (
    device_id uuid NOT NULL,
    collection integer NOT NULL,
    status integer NOT NULL,
    problem integer NOT NULL,
    since bigint,
    synced_at bigint,
    failures integer NOT NULL,
    retry_at bigint,
    wants_snapshot boolean NOT NULL,
    resynced_at bigint,
    blob_retries integer NOT NULL,
    was_reset boolean NOT NULL,
    missing_keys text NOT NULL,
    keys_asked_at bigint,
    recovery_request_id text,
    recovery_asked_at bigint,
    PRIMARY KEY (device_id, collection)
){clustered};

-- The address book. changed_in is the version of the book with which a row last changed.

CREATE TABLE wuts_books (
    device_id uuid NOT NULL PRIMARY KEY,
    version bigint NOT NULL,
    removals_since bigint NOT NULL
);

CREATE TABLE wuts_book_removals (
    device_id uuid NOT NULL,
    jid text NOT NULL,
    version bigint NOT NULL,
    PRIMARY KEY (device_id, jid)
){clustered};

CREATE INDEX wuts_book_removals_by_version ON wuts_book_removals (device_id, version);

CREATE TABLE wuts_contacts (
    device_id uuid NOT NULL,
    jid text{ordinal} NOT NULL,
    changed_in bigint NOT NULL,
    in_book boolean NOT NULL,
    book_full_name text,
    book_first_name text,
    book_username text,
    saved_on_phone boolean NOT NULL,
    in_lid_book boolean NOT NULL,
    lid_full_name text,
    lid_first_name text,
    lid_username text,
    in_other_app boolean NOT NULL,
    other_full_name text,
    other_first_name text,
    other_username text,
    push_name text,
    push_name_at bigint,
    chat_title text,
    business_name text,
    username text,
    PRIMARY KEY (device_id, jid)
){clustered};

CREATE INDEX wuts_contacts_by_version ON wuts_contacts (device_id, changed_in);

-- Observations. A row without an end holds; an address is in one such row at most.
CREATE TABLE wuts_pairs (
    id {identity},
    device_id uuid NOT NULL,
    phone text{ordinal} NOT NULL,
    lid text{ordinal} NOT NULL,
    source integer NOT NULL,
    first_seen bigint NOT NULL,
    last_seen bigint NOT NULL,
    ended_at bigint,
    changed_in bigint NOT NULL
);

CREATE UNIQUE INDEX wuts_pairs_present_by_phone ON wuts_pairs (device_id, phone) WHERE ended_at IS NULL;
CREATE UNIQUE INDEX wuts_pairs_present_by_lid ON wuts_pairs (device_id, lid) WHERE ended_at IS NULL;
CREATE INDEX wuts_pairs_past_by_phone ON wuts_pairs (device_id, phone) WHERE ended_at IS NOT NULL;
CREATE INDEX wuts_pairs_past_by_lid ON wuts_pairs (device_id, lid) WHERE ended_at IS NOT NULL;
CREATE INDEX wuts_pairs_by_version ON wuts_pairs (device_id, changed_in);

-- Phone numbers about which the server has to be asked.
CREATE TABLE wuts_due_lookups (
    device_id uuid NOT NULL,
    phone text NOT NULL,
    PRIMARY KEY (device_id, phone)
){clustered};

CREATE TABLE wuts_pending_edits (
    device_id uuid NOT NULL,
    person text NOT NULL,
    first_name text NOT NULL,
    full_name text NOT NULL,
    asked_at bigint NOT NULL,
    PRIMARY KEY (device_id, person)
){clustered};

CREATE TABLE wuts_privacy_tokens (
    device_id uuid NOT NULL,
    owner text NOT NULL,
    issued_at bigint NOT NULL,
    sealed_token bytea NOT NULL,
    PRIMARY KEY (device_id, owner)
){clustered};

CREATE TABLE wuts_registrations (
    device_id uuid NOT NULL,
    phone text NOT NULL,
    is_registered boolean NOT NULL,
    jid text,
    lid text,
    checked_at bigint NOT NULL,
    PRIMARY KEY (device_id, phone)
){clustered};

-- The rest of the account.

CREATE TABLE wuts_groups (
    device_id uuid NOT NULL,
    jid text{ordinal} NOT NULL,
    is_joined boolean NOT NULL,
    is_stale boolean NOT NULL,
    lid_addressing boolean NOT NULL,
    subject text NOT NULL,
    subject_set_at bigint,
    subject_set_by text,
    created_at bigint,
    creator text,
    creator_phone text,
    description text,
    description_id text,
    is_announce boolean NOT NULL,
    is_locked boolean NOT NULL,
    ephemeral bigint NOT NULL,
    join_approval boolean NOT NULL,
    member_add_mode text,
    is_incognito boolean NOT NULL,
    is_suspended boolean NOT NULL,
    is_community boolean NOT NULL,
    linked_parent text,
    is_default_subgroup boolean NOT NULL,
    size integer NOT NULL,
    members_version text,
    PRIMARY KEY (device_id, jid)
){clustered};

CREATE TABLE wuts_group_members (
    device_id uuid NOT NULL,
    group_jid text{ordinal} NOT NULL,
    position integer NOT NULL,
    jid text NOT NULL,
    phone text,
    lid text,
    role integer NOT NULL,
    display_name text,
    username text,
    PRIMARY KEY (device_id, group_jid, position)
){clustered};

CREATE TABLE wuts_blocklists (
    device_id uuid NOT NULL PRIMARY KEY,
    hash text NOT NULL
);

CREATE TABLE wuts_blocked_people (
    device_id uuid NOT NULL,
    position integer NOT NULL,
    phone text,
    lid text,
    PRIMARY KEY (device_id, position)
){clustered};

CREATE TABLE wuts_account_settings (
    device_id uuid NOT NULL,
    name text NOT NULL,
    sealed_value bytea NOT NULL,
    PRIMARY KEY (device_id, name)
){clustered};

CREATE TABLE wuts_history_tasks (
    device_id uuid NOT NULL,
    position bigint NOT NULL,
    message_id text NOT NULL,
    sealed_notification bytea NOT NULL,
    asked_again_at bigint,
    is_awaited boolean NOT NULL,
    is_handled boolean NOT NULL,
    PRIMARY KEY (device_id, position)
){clustered};

-- What contact actors keep.

CREATE TABLE wuts_contact_cache (
    device_id uuid NOT NULL,
    jid text NOT NULL,
    document text NOT NULL,
    PRIMARY KEY (device_id, jid)
){clustered};

CREATE TABLE wuts_pictures (
    device_id uuid NOT NULL,
    jid text NOT NULL,
    size integer NOT NULL,
    picture_id text NOT NULL,
    jpeg bytea NOT NULL,
    PRIMARY KEY (device_id, jid, size)
);

-- People of a tenant and the verified links between them.

CREATE TABLE wuts_persons (
    id uuid NOT NULL PRIMARY KEY,
    tenant_id uuid NOT NULL REFERENCES wuts_tenants (id) ON DELETE CASCADE,
    jid text NOT NULL,
    created_at bigint NOT NULL,
    UNIQUE (tenant_id, jid)
);

CREATE TABLE wuts_person_links (
    id uuid NOT NULL PRIMARY KEY,
    tenant_id uuid NOT NULL REFERENCES wuts_tenants (id) ON DELETE CASCADE,
    phone text NOT NULL,
    lid text NOT NULL,
    left_id uuid NOT NULL REFERENCES wuts_persons (id) ON DELETE CASCADE,
    right_id uuid NOT NULL REFERENCES wuts_persons (id) ON DELETE CASCADE,
    signal integer NOT NULL,
    evidence text,
    recorded_by text NOT NULL,
    recorded_at bigint NOT NULL,
    ended_at bigint
);

CREATE UNIQUE INDEX wuts_person_links_present_left ON wuts_person_links (left_id) WHERE ended_at IS NULL;
CREATE UNIQUE INDEX wuts_person_links_present_right ON wuts_person_links (right_id) WHERE ended_at IS NULL;
CREATE INDEX wuts_person_links_by_left ON wuts_person_links (left_id);
CREATE INDEX wuts_person_links_by_right ON wuts_person_links (right_id);

CREATE TABLE wuts_verifications (
    id uuid NOT NULL PRIMARY KEY,
    tenant_id uuid NOT NULL REFERENCES wuts_tenants (id) ON DELETE CASCADE,
    device_id uuid NOT NULL,
    phone text NOT NULL,
    lid text NOT NULL,
    token_hash bytea NOT NULL,
    expires_at bigint NOT NULL,
    tries_left integer NOT NULL,
    used_at bigint
);

-- Users, tokens, friends, and the callbacks that go with them.
-- Times are milliseconds since 1970. A user is known by a number inside and by its id outside: rows that name
-- two users stay narrow, and most of what an import costs is pages written.

-- Facts about this database; list_version_id is the versionID of every synced list in it.
create table facts (
    name text not null primary key,
    value text not null
) CLUSTERED;

create table users (
    user_seq AUTO_ID,
    user_id text collate binary not null unique,
    nickname text not null,
    face_url text not null,
    ex text not null,
    created_at integer not null,
    app_manger_level integer not null,
    global_recv_msg_opt integer not null
);

create table tokens (
    token_hash text not null primary key,
    user_id text collate binary not null,
    platform integer not null,
    state integer not null,           -- 0 normal, 2 kicked
    expires_at integer not null
) CLUSTERED;
create index tokens_of_user on tokens (user_id, platform);
create index tokens_by_expiry on tokens (expires_at);

-- A synced list is the rows of one owner. Each row carries the version of the list at which it last changed, so
-- the list's own version is their maximum and "what changed since" is a range of the index. A deletion leaves
-- its row as a tombstone.
create table friends (
    owner_seq integer not null,
    friend_seq integer not null,
    version integer not null,
    added_version integer not null,   -- the version at which the friend was (last) added: an insert since then
    pinned_version integer not null,  -- the version at which is_pinned was last set: the order changed then
    deleted integer not null,
    is_pinned integer not null,
    created_at integer not null,
    add_source integer not null,
    operator_seq integer not null,
    remark text not null,
    ex text not null,
    primary key (owner_seq, friend_seq)
) CLUSTERED;
create index friends_by_version on friends (owner_seq, version);

create table blacks (
    owner_seq integer not null,
    black_seq integer not null,
    created_at integer not null,
    primary key (owner_seq, black_seq)
) CLUSTERED;

-- The first answer to an Idempotency-Key, kept for a day.
create table idempotency (
    caller text not null,
    key text not null,
    body_hash text not null,
    answer text not null,
    created_at integer not null,
    primary key (caller, key)
) CLUSTERED;
create index idempotency_by_age on idempotency (created_at);

-- After-callbacks that are still to be delivered (state 0) or were given up (state 1).
create table outbox (
    event_seq AUTO_ID,
    event_id text not null unique,
    owner text collate binary not null,
    command text not null,
    operation_id text not null,
    created_at integer not null,
    state integer not null,
    attempts integer not null,
    next_at integer not null,
    last_error text not null,
    body text not null                -- last: what is read without it never touches its pages
);
create index outbox_by_owner on outbox (state, owner, event_seq);

-- What became of callbacks, newest last; trimmed to a bound.
create table callback_log (
    log_seq AUTO_ID,
    at integer not null,
    command text not null,
    owner text not null,
    operation_id text not null,
    event_id text not null,
    verdict text not null,
    err_code integer not null,
    reason text not null,
    http_status integer not null,
    duration_ms integer not null
);

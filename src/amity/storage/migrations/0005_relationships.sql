-- Friend requests, blacklists that clients can sync, and what users have done lately of what is limited.

-- The last request of one user to another; asking again begins it anew. handle_result is 0 while it waits, 1 agreed,
-- -1 refused; handler_seq and handled_at are 0 while it waits.
create table friend_requests (
    from_seq integer not null,
    to_seq integer not null,
    handle_result integer not null,
    created_at integer not null,
    handled_at integer not null,
    handler_seq integer not null,
    req_msg text not null,
    handle_msg text not null,
    ex text not null,
    primary key (from_seq, to_seq)
) CLUSTERED;
create index friend_requests_from on friend_requests (from_seq, created_at);
create index friend_requests_to on friend_requests (to_seq, created_at);
-- Those that wait are few: whether a user has any, and how many, costs next to nothing.
create index friend_requests_waiting_from on friend_requests (from_seq) where handle_result = 0;
create index friend_requests_waiting_to on friend_requests (to_seq, created_at) where handle_result = 0;

-- A blacklist is a synced list like that of friends; what was on one before it was has its first version.
alter table blacks add column version integer not null default 2;
alter table blacks add column added_version integer not null default 2;
alter table blacks add column deleted integer not null default 0;
alter table blacks add column add_source integer not null default 0;
alter table blacks add column operator_seq integer not null default 0;
alter table blacks add column ex text not null default '';
create index blacks_by_version on blacks (owner_seq, version);

-- When users did what they may do only so often; kept for as long as it counts.
create table limited_uses (
    use_seq AUTO_ID,
    user_seq integer not null,
    kind integer not null,
    used_at integer not null
);
create index limited_uses_of_user on limited_uses (user_seq, kind, used_at);
create index limited_uses_by_age on limited_uses (used_at);

-- Groups. One that was dismissed stays, with status 2, without members and owner (owner_seq 0). member_version is the version
-- of the list of its members; info_version and sort_version are those at which the group's own fields, and the order of its
-- members, last changed. folded_name is the name as searches compare it. at_all_seq and announced_seq are the last messages that were about everybody: no row of a member
-- changes for them.
create table chat_groups (
    group_seq AUTO_ID,
    group_id text collate binary not null unique,
    group_name text not null,
    folded_name text not null,
    notification text not null,
    introduction text not null,
    face_url text not null,
    ex text not null,
    created_at integer not null,
    creator_seq integer not null,
    owner_seq integer not null,
    member_count integer not null,
    status integer not null,          -- 0 open, 2 dismissed, 3 muted
    need_verification integer not null,
    look_member_info integer not null,
    apply_member_friend integer not null,
    announced_at integer not null,
    announcer_seq integer not null,
    history_for_new integer not null, -- what new members may see of before: 1 all, 0 nothing, -1 as the settings say
    member_version integer not null,
    info_version integer not null,
    sort_version integer not null,
    at_all_seq integer not null,
    announced_seq integer not null
);

-- A row is on two synced lists: the group's members, by version, and the user's groups, by joined_version. Who has left stays
-- as a tombstone on both. muted_until is in milliseconds since 1970. nickname and face_url are empty where the user's own
-- are shown.
create table group_members (
    group_seq integer not null,
    user_seq integer not null,
    version integer not null,
    added_version integer not null,
    joined_version integer not null,
    joined_added_version integer not null,
    deleted integer not null,
    role_level integer not null,
    joined_at integer not null,
    join_source integer not null,
    inviter_seq integer not null,
    operator_seq integer not null,
    muted_until integer not null,
    nickname text not null,
    face_url text not null,
    ex text not null,
    primary key (group_seq, user_seq)
) CLUSTERED;
create index group_members_by_version on group_members (group_seq, version);
create index group_members_by_user on group_members (user_seq, joined_version);

-- The last application of a user to a group; applying again begins it anew. handle_result is 0 while it waits, 1 agreed,
-- -1 refused; handler_seq and handled_at are 0 while it waits.
create table group_requests (
    group_seq integer not null,
    user_seq integer not null,
    handle_result integer not null,
    created_at integer not null,
    handled_at integer not null,
    handler_seq integer not null,
    inviter_seq integer not null,
    join_source integer not null,
    req_msg text not null,
    handle_msg text not null,
    ex text not null,
    primary key (group_seq, user_seq)
) CLUSTERED;
create index group_requests_of_group on group_requests (group_seq, created_at);
create index group_requests_of_user on group_requests (user_seq, created_at);
-- Those that wait are few.
create index group_requests_waiting on group_requests (group_seq, created_at) where handle_result = 0;

-- Up to which message a user has seen that everybody was named in a group.
alter table conversations add column at_seen_seq integer not null default 0;
-- From which of a group's stored notifications on a member may see them: from its coming in.
alter table conversations add column notices_from integer not null default 1;
-- A message brings back what members have deleted, and looks for nothing else.
create index conversations_deleted on conversations (timeline) where deleted = 1 and peer_seq = 0;

-- Groups whose members have still to be told of a member's new nickname or picture. operator is the id of who changed it,
-- empty if no client is told.
create table group_profiles (
    user_seq integer not null,
    group_seq integer not null,
    operator text not null,
    operation_id text not null,
    primary key (user_seq, group_seq)
) CLUSTERED;

-- The members who want to hear nothing of a group, which are few.
create index conversations_quiet on conversations (timeline) where recv_msg_opt <> 0 and peer_seq = 0;

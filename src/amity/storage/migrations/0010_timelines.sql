-- A timeline is a conversation's messages in their order. form says of what kind it is; first_seq and second_seq are the
-- numbers of its two users, or that of its group and 0.
create table timelines (
    timeline AUTO_ID,
    form integer not null,
    first_seq integer not null,
    second_seq integer not null,
    max_seq integer not null,         -- the newest message's number; they are 1, 2, 3 ... without a gap
    min_seq integer not null,         -- the oldest one that anybody may still see
    last_at integer not null,         -- when the newest was sent, in milliseconds since 1970
    unique (form, first_seq, second_seq)
);

-- In the order of arrival: a table in the order of conversations would touch a page of its own for each message.
-- once_part and once name a message by its sender and the client's id: once is a hash of them, once_part the half day in
-- which it was accepted, so that new entries of the index stand together.
create table messages (
    message_seq AUTO_ID,
    timeline integer not null,
    seq integer not null,
    sender_seq integer not null,
    sent_at integer not null,
    once_part integer not null,
    once integer not null,
    body blob not null
);
create unique index messages_by_seq on messages (timeline, seq);
-- The sender is part of it, so that no sender can make an entry that is in another one's way.
create unique index messages_once on messages (once_part, once, sender_seq);

-- Where to find messages that were accepted at another time than their client thinks: by the half day of its createTime.
create table displaced_messages (
    once_part integer not null,
    once integer not null,
    sender_seq integer not null,
    timeline integer not null,
    seq integer not null,
    primary key (once_part, once, sender_seq)
) CLUSTERED;

-- A user's row of a conversation: its settings, how far it has read, and the bounds of what it may see. A synced list like
-- that of friends. timeline is the chat's; peer_seq is the other user, or 0 in a group.
create table conversations (
    owner_seq integer not null,
    timeline integer not null,
    peer_seq integer not null,
    version integer not null,
    added_version integer not null,
    deleted integer not null,
    read_seq integer not null,
    min_seq integer not null,
    max_seq integer not null,          -- 0: no bound
    recv_msg_opt integer not null,
    is_pinned integer not null,
    is_private_chat integer not null,
    burn_duration integer not null,
    group_at_type integer not null,
    is_msg_destruct integer not null,
    msg_destruct_time integer not null,
    latest_msg_destruct_time integer not null,
    attached_info text not null,
    ex text not null,
    primary key (owner_seq, timeline)
) CLUSTERED;
create index conversations_by_version on conversations (owner_seq, version);

-- Whose rows are about a user.
create index conversations_by_peer on conversations (peer_seq, owner_seq);

-- Messages of private chats, until they are removed: so many seconds after their receiver has read them.
create table private_messages (
    timeline integer not null,
    seq integer not null,
    sender_seq integer not null,
    burn_seconds integer not null,
    due_at integer not null,          -- when it is removed, in milliseconds since 1970; 0 while it is not read
    primary key (timeline, seq)
) CLUSTERED;
create index private_messages_due on private_messages (due_at) where due_at > 0;

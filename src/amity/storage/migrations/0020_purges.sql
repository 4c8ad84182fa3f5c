-- What is displaced is deleted with its message.
create index displaced_messages_by_seq on displaced_messages (timeline, seq);

-- Timelines in which messages that nobody may see are still to be taken out of the database.
create table purges (
    timeline integer not null primary key,
    due_at integer not null           -- when to look for them, in milliseconds since 1970
) CLUSTERED;
create index purges_due on purges (due_at);

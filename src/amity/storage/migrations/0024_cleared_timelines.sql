-- Up to when what was sent in a chat has been deleted for everybody, in milliseconds since 1970: it is not brought in again
-- with the history of another system.
create table cleared_timelines (
    timeline integer not null primary key,
    sent_until integer not null
) CLUSTERED;

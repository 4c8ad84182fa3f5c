-- Users who were erased keep their number and their id, which nobody can register again.
alter table users add column erased_at integer not null default 0;  -- in milliseconds since 1970; 0: not erased

-- How far the erasure of each is. It is done in parts, each a transaction. at_timeline and at_seq are where the step is that
-- visits messages; the counts are of what was taken away so far. Times in milliseconds since 1970; finished_at is 0 until
-- it is finished.
create table erasures (
    user_seq integer not null primary key,
    asked_at integer not null,
    finished_at integer not null,
    due_at integer not null,          -- when the next part is to be done
    keeps_messages integer not null,
    round integer not null,           -- 1: it looks once more for what came meanwhile
    step integer not null,
    at_timeline integer not null,
    at_seq integer not null,
    friend_count integer not null,
    black_count integer not null,
    request_count integer not null,
    group_count integer not null,
    message_count integer not null,
    conversation_count integer not null,
    operator text not null,           -- the id of the administrator who asked
    operation_id text not null
) CLUSTERED;
create index erasures_by_time on erasures (asked_at);
create index erasures_unfinished on erasures (user_seq) where finished_at = 0;
-- On whose blacklists a user is.
create index blacks_by_black on blacks (black_seq);

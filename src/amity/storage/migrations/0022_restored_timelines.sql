-- Timelines whose first messages came from another server with the numbers that they had there. What that server says of
-- its numbers holds for these, and not for messages that were sent here.
create table restored_timelines (
    timeline integer not null primary key,
    last_seq integer not null         -- the last of these numbers
) CLUSTERED;

-- What is large is done in bounded parts, each a transaction.

-- Users whose profile has changed, and who are on more friend lists than one transaction changes. Their rows there get
-- a new version list by list, in the order of the friends' numbers, in laps: the next is behind (lap, cursor_seq), the
-- last is (goal_lap, goal_seq). A change on the way moves the goal to where the cursor is, one lap later.
create table profile_fanouts (
    user_seq integer not null primary key,
    fanout_id text not null,          -- another one for each that begins
    lap integer not null,
    cursor_seq integer not null,
    goal_lap integer not null,
    goal_seq integer not null,
    holder text not null,             -- the process that does it, empty where only one has the database
    until integer not null,           -- when another process may take it over
    operator text not null,           -- who changed the profile; empty where no client is to be told
    operation_id text not null
) CLUSTERED;

-- Dead letters are few among many events: a replay of all of them reads only them, step by step.
create index outbox_dead on outbox (event_seq) where state = 1;

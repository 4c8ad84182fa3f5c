-- Which users the business server was told are online, and which process has their connections: what is left here of a
-- process that has ended are users who went offline without anybody being told.

-- The processes that have written to online. until is when a lease ends that was not renewed, 0 for a process that has
-- ended; batch is the last of its transactions that was stored.
create table presence_processes (
    process text not null primary key,
    until integer not null,
    batch integer not null
) CLUSTERED;

create table online (
    user_id text collate binary not null,
    platform integer not null,
    process text not null,
    conn_id text not null,            -- of the connection that brought the user online
    operation_id text not null,
    seq integer not null,             -- of the last event about it
    primary key (user_id, platform, process)
) CLUSTERED;
create index online_by_process on online (process);

-- The processes that serve this database, and which of their connections belong to whom. until is when a lease ends
-- that was not renewed. What is here is fleeting: a process that finds its row gone starts over.
create table processes (
    process text not null primary key,
    until integer not null
) CLUSTERED;

create table connections (
    user_id text collate binary not null,
    conn_id text not null,
    process text not null,
    platform integer not null,
    token_hash text not null,
    is_background integer not null,
    is_core integer not null,         -- whether the client uses OpenIM's Go core
    opened_at integer not null,       -- by the database's clock
    primary key (user_id, conn_id)
) CLUSTERED;
create index connections_by_process on connections (process);

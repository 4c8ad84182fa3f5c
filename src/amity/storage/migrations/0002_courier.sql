-- Where the courier finds what is due. An event that waits for nothing but its turn has next_at 0: the courier comes
-- past it in the order of event_seq. Only retries and replays have a time, and only they are in this index.
create index outbox_due on outbox (next_at, event_seq) where state = 0 and next_at > 0;

-- Of several processes on one PostgreSQL database one delivers: it renews its line here while it lives.
create table leases (
    name text not null primary key,
    holder text not null,
    until integer not null
) CLUSTERED;

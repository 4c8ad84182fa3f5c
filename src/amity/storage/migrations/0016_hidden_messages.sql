-- Messages that are not shown any more: to one user, who has deleted them, or to everybody, where owner_seq is 0.
create table hidden_messages (
    timeline integer not null,
    owner_seq integer not null,
    seq integer not null,
    primary key (timeline, owner_seq, seq)
) CLUSTERED;

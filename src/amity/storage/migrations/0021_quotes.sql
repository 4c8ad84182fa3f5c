-- Which messages quote others: the text of a message that is taken back is taken out of its quotes, too. quoted is the
-- number of the message that is quoted, or, below 0, a hash of its client's id: a quote may name either.
create table quotes (
    timeline integer not null,
    quoted integer not null,
    seq integer not null,             -- the message that quotes
    is_due integer not null,          -- 1: what it quotes was taken back
    primary key (timeline, quoted, seq)
) CLUSTERED;
create index quotes_of_message on quotes (timeline, seq);
create index quotes_due on quotes (timeline, seq) where is_due = 1;

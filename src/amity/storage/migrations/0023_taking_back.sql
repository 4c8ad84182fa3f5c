-- By what quotes may name a message that was taken back, as quotes.quoted has it: they are shown without its text. The row
-- of a number is there until its quotes are without the text, that of an id as long as what is left of the message.
create table withdrawn_names (
    timeline integer not null,
    quoted integer not null,
    seq integer not null,             -- the message that was taken back
    is_due integer not null,          -- 1: the text may still be in quotes
    primary key (timeline, quoted)
) CLUSTERED;
create index withdrawn_names_by_seq on withdrawn_names (timeline, seq);
create index withdrawn_names_due on withdrawn_names (timeline, quoted) where is_due = 1;
-- What is hidden is deleted with its message, from whomever it is hidden.
create index hidden_messages_by_seq on hidden_messages (timeline, seq);

-- What is hidden is deleted with its message, from whomever it is hidden.
create index hidden_messages_by_seq on hidden_messages (timeline, seq);

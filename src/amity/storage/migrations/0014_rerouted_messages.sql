-- Whom the sender named of a message that the app's business server sent to somebody else: a repeat names that user again.
create table rerouted_messages (
    timeline integer not null,
    seq integer not null,
    asked_seq integer not null,
    primary key (timeline, seq)
) CLUSTERED;

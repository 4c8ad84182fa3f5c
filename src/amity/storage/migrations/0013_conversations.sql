-- Whose rows are about a user.
create index conversations_by_peer on conversations (peer_seq, owner_seq);

-- Rows with an end are of former members, whom no message looks for. There may be many more of them than members.
create index conversations_gone on conversations (timeline) where deleted = 1 and peer_seq = 0 and max_seq = 0;
create index conversations_silenced on conversations (timeline) where recv_msg_opt <> 0 and peer_seq = 0 and max_seq = 0;
drop index if exists conversations_deleted;
drop index if exists conversations_quiet;

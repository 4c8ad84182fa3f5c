-- What the callback log says of an entry besides: the rule that decided, and the first 4 KiB of what was sent and of what
-- was answered, with the bytes of the whole. A text is empty where none is kept.
alter table callback_log add column rule text not null default '';
alter table callback_log add column request text not null default '';
alter table callback_log add column answer text not null default '';
alter table callback_log add column request_bytes integer not null default 0;
alter table callback_log add column answer_bytes integer not null default 0;

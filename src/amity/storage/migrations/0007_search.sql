-- Finding ordinary users by a text in their id or nickname: both as users/folding.py folds them, with the pairs of
-- characters in them as storage/substrings.py makes them. SQL cannot fold: users who are there already are added by the
-- server after this, in parts (users/search_filling.py).
create table user_texts (
    user_seq integer not null primary key,
    user_id text collate binary not null,
    nickname text collate binary not null
);
ONLY_POSTGRES alter table user_texts add column pairs tsvector not null;
-- What was written lately waits in a list, whose length in kB is bounded: each search reads it, and whoever writes the last
-- of it moves it into the index.
ONLY_POSTGRES create index user_texts_pairs on user_texts using gin (pairs)
    with (gin_pending_list_limit = 1024);
ONLY_SQLITE create virtual table user_texts_pairs
    using fts5 (pairs, content = '', columnsize = 0, detail = none, tokenize = 'ascii');
-- A page of the index fits on one of the file. It is merged in parts (storage/substrings.py), not by whoever writes to it.
ONLY_SQLITE insert into user_texts_pairs (user_texts_pairs, rank) values ('pgsz', 1950);
ONLY_SQLITE insert into user_texts_pairs (user_texts_pairs, rank) values ('automerge', 0);
ONLY_SQLITE insert into user_texts_pairs (user_texts_pairs, rank) values ('crisismerge', 256);
-- Users whose pairs are still those of these texts, null if they have none.
ONLY_SQLITE create table user_texts_waiting (user_seq integer not null primary key, user_id text, nickname text);

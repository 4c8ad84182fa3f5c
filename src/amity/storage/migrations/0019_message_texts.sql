-- Finding messages by a text in them: their texts as users/folding.py folds them, with the pairs of characters in them as
-- storage/substrings.py makes them. Empty until the setting messages.textSearch is on; then the server adds the messages
-- that are there, in parts (messages/searching/texts/indexing.py).
create table message_texts (
    message_seq integer not null primary key,
    content_type integer not null,
    text text collate binary not null
);
ONLY_POSTGRES alter table message_texts add column pairs tsvector not null;
ONLY_POSTGRES create index message_texts_pairs on message_texts using gin (pairs)
    with (gin_pending_list_limit = 1024);
ONLY_SQLITE create virtual table message_texts_pairs
    using fts5 (pairs, content = '', columnsize = 0, detail = none, tokenize = 'ascii');
ONLY_SQLITE insert into message_texts_pairs (message_texts_pairs, rank) values ('pgsz', 1950);
ONLY_SQLITE insert into message_texts_pairs (message_texts_pairs, rank) values ('automerge', 0);
ONLY_SQLITE insert into message_texts_pairs (message_texts_pairs, rank) values ('crisismerge', 256);
-- Messages whose pairs are not in message_texts_pairs yet.
ONLY_SQLITE create table message_texts_waiting (message_seq integer not null primary key);

-- A user's stored notifications are in a timeline with each other user. The unique index finds those in which the user is
-- the first; this one those in which it is the second.
create index timelines_of_notices on timelines (second_seq, first_seq) where form = 11;

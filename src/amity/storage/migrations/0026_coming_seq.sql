-- Up to which message a group's members had written before a user came in: these are not for it, though it may see them.
alter table conversations add column came_seq integer not null default 0;

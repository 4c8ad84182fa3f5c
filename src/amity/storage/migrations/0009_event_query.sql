-- What follows "contenttype=json" in the query of an after-event's URL: OpenIM's message callbacks have "key=..." there.
alter table outbox add column query text not null default '';

-- Notification accounts are few among the users, and are listed.
create index users_accounts on users (user_seq) where app_manger_level >= 3;

-- Calls over HTTP that have sent a message, for a day: whoever had no answer asks by the operationID. caller is the user's
-- id, and empty for all administrators.
create table sent_operations (
    caller text not null,
    operation_id text not null,
    sent_at integer not null,          -- in milliseconds since 1970
    primary key (caller, operation_id)
) CLUSTERED;
create index sent_operations_by_time on sent_operations (sent_at);

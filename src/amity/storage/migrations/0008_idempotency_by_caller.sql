-- How many keys a caller has used lately is counted in the index alone: answers may be long.
create index idempotency_by_caller on idempotency (caller, created_at);

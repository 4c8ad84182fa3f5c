-- The web console: who is logged in, and what administrators did there. id_hash is a keyed hash of the cookie;
-- token_hash is empty where the secret was given. Times in milliseconds since 1970.
create table console_sessions (
    id_hash text not null primary key,
    user_id text collate binary not null,
    token_hash text not null,
    opened_at integer not null,
    used_at integer not null,
    ends_at integer not null
) CLUSTERED;
create index console_sessions_by_user on console_sessions (user_id, opened_at);
create index console_sessions_by_end on console_sessions (ends_at);

create table console_audit (
    audit_seq AUTO_ID,
    at integer not null,
    admin text collate binary not null,
    action text collate binary not null,
    about text collate binary not null,
    operation_id text not null,
    outcome text not null,
    detail text not null
);
create index console_audit_by_time on console_audit (at);
create index console_audit_by_admin on console_audit (admin, audit_seq);
create index console_audit_by_action on console_audit (action, audit_seq);
create index console_audit_by_about on console_audit (about, audit_seq);

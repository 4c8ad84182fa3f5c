-- Where a push service finds a user's devices: one token for each platform.
create table push_tokens (
    user_id text collate binary not null,
    platform integer not null,
    token text not null,
    token_hash text collate binary not null,   -- SHA-256 in hex: a token may be too long for an index
    expires_at integer not null,      -- in milliseconds since 1970; 0 if it does not expire
    primary key (user_id, platform)
) CLUSTERED;
create index push_tokens_by_hash on push_tokens (token_hash);

-- The numbers on the icons of users' apps.
create table app_badges (
    user_id text collate binary not null primary key,
    unread integer not null
) CLUSTERED;

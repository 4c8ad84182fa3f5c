-- What the app tells clients, and what clients keep with their user.

-- Settings for clients. user_seq 0, which no user has, is for everybody; a user's own stand above those.
create table client_configs (
    user_seq integer not null,
    name text collate binary not null,
    value text not null,
    primary key (user_seq, name)
) CLUSTERED;

-- What a user's devices have in common, by kind and an id that the client makes. created_at in seconds, as on the wire.
create table user_commands (
    user_seq integer not null,
    kind integer not null,
    uuid text collate binary not null,
    created_at integer not null,
    value text not null,
    ex text not null,
    primary key (user_seq, kind, uuid)
) CLUSTERED;

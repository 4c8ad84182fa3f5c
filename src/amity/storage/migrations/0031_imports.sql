-- What became of calls of /friend/import_friend, the newest ten thousand. job is the import of a file that called, or 0.
-- Times in milliseconds since 1970.
create table import_log (
    log_seq AUTO_ID,
    at integer not null,
    owner text collate binary not null,
    caller text collate binary not null,
    job integer not null,
    operation_id text not null,
    asked integer not null,
    imported integer not null,
    existing integer not null,
    skipped integer not null,
    verdict text not null,
    err_code integer not null,
    reason text not null
);
create index import_log_by_owner on import_log (owner, log_seq);

-- Imports of files by the console. runner names who works on one, and beat_at is when that was last heard of, by
-- the database's clock. choices, checked and progress are JSON.
create table import_jobs (
    job_seq AUTO_ID,
    admin text collate binary not null,
    file_name text not null,
    file_bytes integer not null,
    received integer not null,
    state text collate binary not null,
    run_key text not null,
    runner text not null,
    beat_at integer not null,
    created_at integer not null,
    changed_at integer not null,
    choices text not null,
    checked text not null,
    progress text not null
);
create index import_jobs_by_admin on import_jobs (admin, state);

-- Who has begun imports of files: the row is locked while the open ones are counted and another one is made.
create table import_admins (
    admin text collate binary not null primary key
) CLUSTERED;

-- The file of a job, in parts of the same size but the last.
create table import_parts (
    job_seq integer not null,
    part integer not null,
    content blob not null,
    primary key (job_seq, part)
);

-- What was left out, as rows of CSV: bad lines in phase 0, who is not registered in phase 1, what was not imported in
-- phase 2.
create table import_results (
    job_seq integer not null,
    phase integer not null,
    number integer not null,
    row_count integer not null,
    byte_count integer not null,
    content blob not null,
    primary key (job_seq, phase, number)
);

-- The audit log is searched for words of what an entry is about, which no index finds.
drop index if exists console_audit_by_about;

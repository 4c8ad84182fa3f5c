-- Notification accounts are few among the users, and are listed.
create index users_accounts on users (user_seq) where app_manger_level >= 3;

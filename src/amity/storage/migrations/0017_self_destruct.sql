-- Conversations whose owner wants old messages to disappear, and when that was last done.
create index conversations_destructing on conversations (latest_msg_destruct_time) where is_msg_destruct = 1;

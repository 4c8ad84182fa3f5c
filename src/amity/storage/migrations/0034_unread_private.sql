-- Whether anything of a chat is removed after it is read, and is not read yet: that is asked with each message.
create index private_messages_unread on private_messages (timeline) where due_at = 0;

-- These two are sent to clients as integers of 32 bits, and larger ones were accepted.
update users set global_recv_msg_opt = 0 where global_recv_msg_opt not between -2147483648 and 2147483647;
update users set app_manger_level = case when app_manger_level > 0 then 2147483647 else 0 end
    where app_manger_level not between -2147483648 and 2147483647;

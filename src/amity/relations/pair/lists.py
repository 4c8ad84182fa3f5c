"""The lists of relations that clients sync."""

from amity.sync.versioned_list import VersionedList

FRIENDS = VersionedList("friends", alias="f", owner="owner_seq", item="friend_seq", is_ordered=True)
BLACKS = VersionedList("blacks", alias="b", owner="owner_seq", item="black_seq")

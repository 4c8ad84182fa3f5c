"""The operation of the app's own notifications."""

from amity.calls.operation import Access, Operation
from amity.messages.business.service import BusinessNotifications


def operations(business: BusinessNotifications) -> list[Operation]:
    """Declare the operation of the app's own notifications."""
    return [
        Operation(
            "/msg/send_business_notification",
            business.send_business_notification,
            "Notify a user, or the members of a group, of something of the app's own",
            description="Stored where `reliabilityLevel` is 2. With `sendMsg` it is a message of the chat, too.",
            access=Access.ADMIN,
        )
    ]

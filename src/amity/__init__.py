"""amity: an instant-messaging server that speaks OpenIM 3.8's protocol, and the kit for the app's business server."""

__version__ = "0.1.0"

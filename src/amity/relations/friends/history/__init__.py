"""The history of imports: what became of each call of ``/friend/import_friend``."""

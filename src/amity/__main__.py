"""``python -m amity`` is the ``amity`` command."""

from amity.cli.entry import main

if __name__ == "__main__":
    main()

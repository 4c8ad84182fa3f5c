"""``python -m amity`` is the ``amity`` command."""

from amity.cli.main import main

if __name__ == "__main__":
    main(prog_name="amity")

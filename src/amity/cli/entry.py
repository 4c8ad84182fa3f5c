"""Start the ``amity`` command, or say what it misses where the business kit was installed alone."""

import sys


def main() -> None:
    """Run the command. The kit needs none of the modules that the command does, and is installed without them."""
    try:
        # Not before: an import that fails here is to be told in one line.
        from amity.cli.main import main as command  # noqa: PLC0415

        command(prog_name="amity")
    except ModuleNotFoundError as error:
        if not error.name or error.name.partition(".")[0] == "amity":
            raise
        sys.exit(
            f"Error: the command needs {error.name}, and only the business kit is installed here. To have the command, "
            "too: 'pip install ../amity', where that is the clone, or a path of the wheel"
        )

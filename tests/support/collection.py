"""Generate ``collections/bruno/``, the REST API as a collection for Bruno, from the OpenAPI document.

``make client-types`` runs it. There is a folder for each tag and a file for each operation. The token of an
administrator, and of a user, is stored by the request that gets it. The format is that of
https://docs.usebruno.com/bru-lang/overview.
"""

import json
import textwrap
from pathlib import Path
from typing import Any

from amity.api.openapi import document
from tests.support.declared_operations import declared_operations

FOLDER = Path(__file__).parents[2] / "collections" / "bruno"
LOGINS = {"/auth/get_admin_token": "token", "/auth/get_user_token": "userToken"}
"""The requests that get a token, and the variable that they store it in."""
_VARIABLES = {"/auth/get_admin_token": {"secret": "{{secret}}", "userID": "{{admin}}"}}
_COLLECTION = """Each request stands for an operation of amity's REST API, with an example as its body.

1. Choose the environment `local`. Set `secret` to the one of `amity.yml`, and `url` and `admin` where yours differ.
2. Send **auth / Get an administrator's token**: it stores the token that all other requests send.
3. Send any other.

To call as a user, send **auth / Get a user's token** and take `{{userToken}}` in the place of `{{token}}`."""
_ENVIRONMENT = """vars {
  url: http://127.0.0.1:10002
  admin: imAdmin
}
vars:secret [
  secret,
  token,
  userToken
]
"""


def generate() -> dict[str, str]:
    """Return the content of each file by its path below the collection."""
    described = document(list(declared_operations().values()))
    files = {
        "bruno.json": json.dumps({"version": "1", "name": "amity", "type": "collection"}, indent=2) + "\n",
        "collection.bru": _blocks(
            # The name of a call, for the logs of both sides.
            {"headers": "operationID: bruno-{{$guid}}", "docs": _COLLECTION}
        ),
        "environments/local.bru": _ENVIRONMENT,
    }
    for tag in described["tags"]:
        meta = f"name: {tag['name']}\nseq: {_place(tag['name'] == 'auth')}"
        files[f"{tag['name']}/folder.bru"] = _blocks({"meta": meta, "docs": tag["description"]})
    for path, methods in described["paths"].items():
        folder, name = path.strip("/").split("/", 1)
        files[f"{folder}/{name.replace('/', '_')}.bru"] = _request(path, methods["post"])
    return files


def _place(is_first: bool) -> int:
    """Return where Bruno lists something. The rest have one place, in the order of their names: with numbers of their
    own, a new operation would change the files of others."""
    return 1 if is_first else 2


def _request(path: str, operation: dict[str, Any]) -> str:
    query = {each["name"]: each.get("example", "") for each in operation["parameters"] if each.get("in") == "query"}
    url = "{{url}}" + path + ("?" + "&".join(f"{name}={value}" for name, value in query.items()) if query else "")
    body = operation["requestBody"]["content"]["application/json"].get("example", {}) | _VARIABLES.get(path, {})
    blocks = {
        "meta": f"name: {operation['summary']}\ntype: http\nseq: {_place(path in LOGINS)}",
        "post": f"url: {url}\nbody: json\nauth: none",
        "params:query": "\n".join(f"{name}: {value}" for name, value in query.items()),
        "headers": "token: {{token}}" if operation["security"] else "",
        "body:json": json.dumps(body, indent=2, ensure_ascii=False),
        "script:post-response": _stores_token(LOGINS[path]) if path in LOGINS else "",
        "docs": operation["description"],
    }
    return _blocks(blocks)


def _stores_token(variable: str) -> str:
    return f'if (res.body.errCode === 0) bru.setEnvVar("{variable}", res.body.data.token);'


def _blocks(contents: dict[str, str]) -> str:
    """Return the blocks that have content, in the format of Bruno."""
    return "\n".join(
        # Indented, because a line that begins with a brace ends the block.
        f"{name} {{\n{textwrap.indent(content, '  ')}\n}}\n"
        for name, content in contents.items()
        if content
    )


def write(folder: Path = FOLDER) -> None:
    """Write all files, and delete those that are not generated any more."""
    files = generate()
    for path in folder.rglob("*.bru"):
        if str(path.relative_to(folder)) not in files:
            path.unlink()
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write()

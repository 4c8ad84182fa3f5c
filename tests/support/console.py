"""A browser's part in the console over HTTP: its cookies, where its forms come from, and the token in them."""

import json
import re
from collections.abc import Mapping
from http.cookies import SimpleCookie
from typing import Self
from urllib.parse import urlencode

import httpx

from tests.support.http_caller import HttpCaller
from tests.support.rest import ADMIN, SECRET

_CSRF = re.compile(r'name="csrf" value="([0-9a-f]{64})"')


class Visitor:
    """Reads pages and sends forms. ``headers`` go with every request; ``cookies`` are those that it was given."""

    def __init__(self, url: str, headers: Mapping[str, str] | None = None) -> None:
        self.url = url
        self.headers = dict(headers or {})
        self.cookies: dict[str, str] = {}
        self._http = HttpCaller(url)
        self._csrf = ""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.close()

    async def get(self, path: str, **headers: str) -> httpx.Response:
        return self._kept(await self._http.request("GET", path, self._sent(headers)))

    async def post(self, path: str, fields: Mapping[str, str], **headers: str) -> httpx.Response:
        """Send a form, by default as a page of the console does. A header of an empty text is not sent."""
        own = {"origin": self.url, "content-type": "application/x-www-form-urlencoded"}
        return self._kept(
            await self._http.request("POST", path, self._sent({**own, **headers}), urlencode(fields).encode())
        )

    async def submit(self, path: str, fields: Mapping[str, str] | None = None, *, on: str) -> httpx.Response:
        """Send a form of the page ``on``, with the token that stands there."""
        page = await self.get(on)
        found = _CSRF.search(page.text)
        assert found, page.text
        return await self.post(path, {"csrf": found[1], **(fields or {})})

    async def send(self, path: str, body: bytes | object, *, csrf: str = "") -> httpx.Response:
        """Send what a script of a page sends: bytes, or anything else as JSON. ``csrf`` is read once where it is
        empty."""
        if not (csrf or self._csrf):
            found = _CSRF.search((await self.get("/console/sessions")).text)
            self._csrf = found[1] if found else ""
        raw = isinstance(body, bytes)
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        own = {"origin": self.url, "content-type": "application/octet-stream" if raw else "application/json"}
        headers = self._sent({**own, "x-csrf-token": csrf or self._csrf})
        return self._kept(await self._http.request("POST", path, headers, content))

    async def log_in(self, user: str = ADMIN, secret: str = SECRET, **fields: str) -> httpx.Response:
        return await self.post("/console/login", {"userID": user, "secret": secret, **fields})

    def _sent(self, headers: Mapping[str, str]) -> dict[str, str]:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        sent = {**self.headers, **({"cookie": cookies} if cookies else {}), **headers}
        return {name.replace("_", "-"): value for name, value in sent.items() if value}

    def _kept(self, answer: httpx.Response) -> httpx.Response:
        for line in answer.headers.get_list("set-cookie"):
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
                if morsel["max-age"] == "0":
                    del self.cookies[name]
        return answer

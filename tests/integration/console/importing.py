"""An administrator who imports files by the console's page, as its script does."""

import asyncio
import re
from collections.abc import Iterable
from urllib.parse import urlencode

from tests.support.console import Visitor

PART = 256 * 1024
PATH = "/console/imports"
ENDED = frozenset({"ready", "failed", "stopped", "done", "interrupted"})


def csv_of(pairs: Iterable[tuple[str, str]], header: str = "ownerUserID,friendUserID") -> bytes:
    return "\n".join([header, *(f"{owner},{friend}" for owner, friend in pairs), ""]).encode()


async def upload(admin: Visitor, content: bytes, *, name: str = "friends.csv", columns: str = "") -> int:
    """Upload a file, have it checked, and return the number of its job."""
    job = await upload_only(admin, content, name=name)
    answer = await admin.send(f"{PATH}/check.json", {"job": job, "columns": columns})
    assert answer.status_code == 200, answer.text
    assert answer.json() == {"path": f"{PATH}/job?id={job}"}
    return job


async def upload_only(admin: Visitor, content: bytes, *, name: str = "friends.csv") -> int:
    answer = await admin.send(f"{PATH}/new.json", {"name": name, "bytes": len(content)})
    assert answer.status_code == 200, answer.text
    job: int = answer.json()["job"]
    for at in range(0, len(content), PART):
        part = content[at : at + PART]
        answer = await admin.send(f"{PATH}/part.json?job={job}&at={at}", part)
        assert answer.json() == {"received": at + len(part)}
    return job


async def until(admin: Visitor, job: int, *states: str, seconds: float = 60) -> str:
    """Wait until a job is in one of these states, or has ended; return its state."""
    async with asyncio.timeout(seconds):
        while True:
            answer = await admin.get(f"{PATH}/progress.json?id={job}")
            assert answer.status_code == 200, answer.text
            state: str = answer.json()["state"]
            if state in (frozenset(states) or ENDED):
                return state
            await asyncio.sleep(0.02)


async def act(admin: Visitor, name: str, job: int, **fields: str) -> str:
    """Send a form of the job's page as it is now; return where it leads."""
    sent = {"id": str(job), **await shown(admin, job), **fields}
    answer = await admin.submit(f"{PATH}/{name}", sent, on=f"{PATH}/job?id={job}")
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def shown(admin: Visitor, job: int) -> dict[str, str]:
    """The field by which the form that starts a job says what its page showed; none if the page has no such form."""
    answer = await admin.get(f"{PATH}/job?id={job}")
    return dict(re.findall(r'name="(shown)" value="([0-9a-f]+)"', answer.text))


async def page(admin: Visitor, job: int) -> str:
    answer = await admin.get(f"{PATH}/job?id={job}")
    assert answer.status_code == 200, answer.text
    return answer.text


def numbers(text: str) -> dict[str, str]:
    """The table of numbers of a job's page."""
    return dict(re.findall(r'<th scope="row">(.*?)</th><td>(.*?)</td>', text))


async def report(admin: Visitor, job: int) -> list[str]:
    """The lines of a job's report, without its head."""
    answer = await admin.get(f"{PATH}/report.csv?id={job}")
    assert answer.status_code == 200
    assert answer.headers["content-disposition"] == f"attachment; filename*=UTF-8''import-{job}.csv"
    head, *lines = answer.content.decode("utf-8-sig").splitlines()
    assert head == "owner,friend,errCode,errMsg,reason"
    return lines


async def audited(admin: Visitor, action: str) -> int:
    """How many entries the audit log has of an action."""
    text = (await admin.get(f"/console/audit?{urlencode({'action': action})}")).text
    return text.count(f'title="{action}"')

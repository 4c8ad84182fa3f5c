"""``kill -9`` while a file is imported by the console: going on loses nothing, and does nothing twice."""

import asyncio

import pytest

from tests.faults.conftest import KILLS
from tests.integration.console.importing import act, csv_of, numbers, page, report, until, upload
from tests.support.behaviour import Answer
from tests.support.business_server import BusinessServer
from tests.support.console import Visitor
from tests.support.rest import ADMIN, SECRET, Rest
from tests.support.server_process import ServerProcess
from tests.support.stored_rows import change_stored_rows

OWNERS = [f"owner{number:04}" for number in range(600)]
REFUSED = OWNERS[::20]


class Slow:
    """A business server's answer after a while: an import lasts for several kills, however fast the machine is."""

    def __init__(self, answer):
        self._answer = Answer(answer)

    async def respond(self, exchange):
        await asyncio.sleep(0.05)
        return await self._answer.respond(exchange)


@pytest.mark.timeout(180 + 30 * KILLS)
async def test_a_killed_server_loses_no_pair_and_counts_none_twice(tmp_path, database_url, chance):
    def decide(request):
        return Slow(judged(request))

    def judged(request):
        if request.json["ownerUserID"] in REFUSED:
            return {"actionCode": 1, "errCode": 5001, "errMsg": "No", "errDlt": "not this one", "nextCode": 1}
        return {"actionCode": 0, "nextCode": 0}

    async with BusinessServer(decide) as business:
        settings = {
            "secret": SECRET,
            "admins": [ADMIN],
            "database": database_url,
            "console": {"enable": True},
            "callbacks": {"url": business.url, "beforeImportFriends": {"enable": True, "timeout": 5}},
        }
        async with ServerProcess(tmp_path, settings) as server:
            async with Rest(server.url) as rest:
                await rest.register("ann", *OWNERS)
            cookies, job = await begun(server.url)
            interrupted = 0
            for _ in range(KILLS):
                await asyncio.sleep(chance.uniform(0.1, 0.5))
                server.kill()
                await change_stored_rows(database_url, "update import_jobs set beat_at = 0")
                await server.start()
                async with Visitor(server.url) as admin:
                    admin.cookies = dict(cookies)
                    state = await until(admin, job)
                    if state == "done":
                        break
                    assert state == "interrupted"
                    interrupted += 1
                    await act(admin, "start", job)
            assert interrupted, "no kill came while it ran, so nothing was tested"
            async with Visitor(server.url) as admin, Rest(server.url) as rest:
                admin.cookies = dict(cookies)
                assert await until(admin, job, "done", "failed") == "done"
                found = numbers(await page(admin, job))
                assert found["Imported"] == str(len(OWNERS) - len(REFUSED))
                assert found["Skipped"] == str(len(REFUSED))
                assert await report(admin, job) == [f"{owner},ann,5001,No,not this one" for owner in REFUSED]
                assert await rest.friends("ann") == sorted(set(OWNERS) - set(REFUSED))


async def begun(url: str) -> tuple[dict[str, str], int]:
    """Start the import; return the cookies of an administrator, and the job."""
    async with Visitor(url) as admin:
        await admin.log_in()
        job = await upload(admin, csv_of((owner, "ann") for owner in OWNERS))
        assert await until(admin, job) == "ready"
        await act(admin, "start", job)
        return admin.cookies, job

"""``amity demo --relay``: the club's imports at OpenIM's server, without a relay and with one."""

import asyncio
import contextlib
import json
import secrets
import tempfile
from collections import Counter
from pathlib import Path

from amity.app.relay import Relay
from amity.cli.demonstration.club import ALLOWED, MODIFIED, REJECTED, Club
from amity.cli.demonstration.documented import DocumentedServer
from amity.cli.demonstration.openim import OpenIm
from amity.cli.demonstration.screen import DemoScreen
from amity.cli.init import new_webhook_secret
from amity.clock import monotonic
from amity.errors import Code
from amity.relay.reading import Outcome
from amity.settings import load_relay

REFUSED, IMPORTED = "refused", "imported"
TELLING = 8
"""Members of whom is told while the business server is down: fewer than the failures that open a breaker."""
EVENTS_OF_EACH = 12


async def demonstrate(screen: DemoScreen, within: float) -> bool:
    """Run the demo, within a time in seconds; return whether everything was as it should be."""
    club = Club()
    began = monotonic()
    async with contextlib.AsyncExitStack() as running, asyncio.timeout(within):
        folder = Path(running.enter_context(tempfile.TemporaryDirectory(prefix="amity-demo-")))
        business = DocumentedServer(club)
        await business.start()
        running.push_async_callback(business.stop)
        _introduce(screen, club, business)
        rows = await _without(screen, club, business)
        relay = await _relay(folder, business, running)
        url = f"http://127.0.0.1:{relay.port}"
        rows += await _through(screen, club, business, url)
        rows += await _while_down(screen, club, business, url)
        fine = screen.summary(rows)
        screen.heading(f"Done in {monotonic() - began:.1f} s. docs/relay.md says how to set it up.")
    return fine


def _introduce(screen: DemoScreen, club: Club, business: DocumentedServer) -> None:
    screen.say(
        "OpenIM's server imports friends, and asks a business server first. That one answers with the samples of"
    )
    screen.say("OpenIM's own documentation: members of a karate club may import members of their own side of it.")
    screen.say(f"  {len(club.asked)} imports are asked for; the business server is at {business.url}")


async def _without(screen: DemoScreen, club: Club, business: DocumentedServer) -> list[tuple[str, int, int]]:
    screen.heading("Without a relay: the samples as the documentation has them")
    outcomes = await _import_all(screen, club, business.url)
    malformed = sum(outcome.err_code == Code.DATA for outcome in outcomes.values())
    screen.say('  OpenIM\'s server refuses all of them as malformed: it cannot read "nextCode": "0"')
    screen.heading("Without a relay: the same answers, with numbers in place of the strings")
    business.integers = True
    outcomes = await _import_all(screen, club, business.url)
    business.integers = False
    let_through = sum(not outcomes[owner].refuses for owner in club.asked if club.verdict(owner) == REJECTED)
    screen.say("  OpenIM's server imports what was rejected: it rejects only where actionCode is 0")
    return [
        ("without a relay: refused as malformed", malformed, len(club.asked)),
        ("without a relay, with numbers: rejected, and imported all the same", let_through, club.count(REJECTED)),
    ]


async def _relay(folder: Path, business: DocumentedServer, running: contextlib.AsyncExitStack) -> Relay:
    file = folder / "relay.yml"
    content = {
        "secret": secrets.token_hex(16),
        "relay": {"port": 0},
        "database": f"sqlite:///{folder / 'relay.db'}",
        # Shorter waits than the defaults: nobody wants to wait minutes for a demo.
        "callbacks": {"url": business.url, "secret": new_webhook_secret(), "retries": [0.5] * 20},
    }
    file.write_text(json.dumps(content), encoding="utf-8")  # JSON is YAML
    file.chmod(0o600)
    relay = Relay(load_relay(file, {}))
    await relay.start()
    running.push_async_callback(relay.stop)
    return relay


async def _through(screen: DemoScreen, club: Club, business: DocumentedServer, url: str) -> list[tuple[str, int, int]]:
    screen.heading("Through the relay: the samples as the documentation has them")
    screen.say(f"  the relay listens on {url}; OpenIM's webhooks.yml names it in place of {business.url}")
    business.told.clear()
    outcomes = await _import_all(screen, club, url)
    verdicts = Counter(_verdict(outcome) for outcome in outcomes.values())
    granted = sum(not outcome.refuses for outcome in outcomes.values())
    while business.events < granted:  # noqa: ASYNC110 - they arrive at another server
        await asyncio.sleep(0.01)
    right = sum(business.told[owner] == [club.granted(owner)] for owner in club.asked if club.granted(owner))
    return [
        ("through the relay: imports allowed", verdicts[ALLOWED], club.count(ALLOWED)),
        ("through the relay: imports modified", verdicts[MODIFIED], club.count(MODIFIED)),
        ("through the relay: imports rejected with the app's code", verdicts[REJECTED], club.count(REJECTED)),
        ("through the relay: after-events with what was imported", right, granted),
    ]


async def _while_down(
    screen: DemoScreen, club: Club, business: DocumentedServer, url: str
) -> list[tuple[str, int, int]]:
    screen.heading("The business server is stopped, and OpenIM's server tells of more imports")
    business.told.clear()
    await business.stop()
    openim = OpenIm(url)
    owners = list(club.members)[:TELLING]
    heard = 0
    for number in range(EVENTS_OF_EACH):
        for owner in owners:
            heard += await openim.tell(owner, [f"friend-{number}"])
    await openim.close()
    screen.say(f"  the relay has stored {heard} events; the business server is started again")
    await business.start()
    while business.events < heard:  # noqa: ASYNC110 - they arrive at another server
        await asyncio.sleep(0.01)
    expected = [[f"friend-{number}"] for number in range(EVENTS_OF_EACH)]
    in_order = sum(business.told[owner] == expected for owner in owners)
    return [
        ("events told while it was down, and delivered", business.events, EVENTS_OF_EACH * TELLING),
        ("members whose events arrived once each and in order", in_order, TELLING),
    ]


async def _import_all(screen: DemoScreen, club: Club, url: str) -> dict[str, Outcome]:
    openim = OpenIm(url)
    outcomes = {}
    try:
        for owner, friends in club.asked.items():
            outcome = outcomes[owner] = await openim.import_friends(owner, friends)
            right = _verdict(outcome) == club.verdict(owner)
            screen.line(
                REFUSED if outcome.refuses else IMPORTED,
                f"{owner}  should be {club.verdict(owner)}: OpenIM's server {outcome}{'' if right else '  (wrong)'}",
            )
    finally:
        await openim.close()
    return outcomes


def _verdict(outcome: Outcome) -> str:
    if outcome.refuses:
        return REJECTED if outcome.err_code == 5001 else REFUSED
    return MODIFIED if outcome.replaced else ALLOWED

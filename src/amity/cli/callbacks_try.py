"""``amity callbacks check`` and ``amity callbacks send``: send samples to a business server and show its answers."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import click

from amity import logs
from amity.callbacks.sender import Sender
from amity.callbacks.trial import SERVER, Judge, Outcome, attempt, sample
from amity.cli.callback_name import SAMPLED
from amity.cli.configuration import AnySettings, any_config_option, load_any
from amity.cli.exits import FAILED, REJECTED, UNREACHABLE, USAGE, Failure
from amity.cli.judging import judge_of
from amity.cli.output import coloured, json_option, print_json, print_table, printable
from amity.http.url import parse, passwords_of
from amity.relay.compiled import named_of
from amity.settings import Callback, Callbacks, RelaySettings, Tls
from amity.wire.events.catalogue import BY_SETTING
from amity.wire.events.event import Event

_ANSWER_SHOWN = 2000
_ANSWER_IN_LIST = 300
_HEADER_SHOWN = 200


@click.command(short_help="Send samples to the URLs of the settings.")
@any_config_option
@click.option("--dev", is_flag=True, help="For a server that is started with --dev.")
@json_option
@click.pass_context
def check(context: click.Context, config: Path | None, dev: bool, as_json: bool) -> None:
    """Send a sample of every enabled callback to its URL and say what would happen, and why.

    The samples are real requests, signed as in the settings: your server sees users whose ids begin with
    amity-sample-. The webhook-id of a sample begins so too, and by that your server knows it: the kit answers samples
    of after-callbacks without calling their handlers. No IM server need be running, and nothing is changed in one.

    With a relay's settings those are sent that they name; of some callbacks of OpenIM's server there is no sample, and
    those are listed.

    Exits with 1 where a callback fails; a rejection is an answer like any other.
    """
    settings = load_any(config, dev=dev)
    relay = settings.relay if isinstance(settings, RelaySettings) else None
    callbacks = named_of(settings) if isinstance(settings, RelaySettings) else settings.callbacks
    enabled = [key for key, callback in callbacks.events.items() if callback.enable]
    samples = [sample(key, {}) for key in enabled if key in BY_SETTING]
    outcomes = asyncio.run(_try(callbacks, samples, judge=judge_of(relay)))
    failed = [outcome for outcome in outcomes if outcome.verdict == "failed"]
    if as_json:
        print_json([outcome.facts() for outcome in outcomes])
    elif not enabled:
        click.echo("no callback is enabled; for example: callbacks: beforeImportFriends: {enable: true}")
    elif outcomes:
        print_table(
            ["callback", "verdict", "why", "what happens then", "HTTP", "ms"],
            [
                [each.setting, each.verdict, each.why, each.then, each.status or "-", each.milliseconds]
                for each in outcomes
            ],
            state=1,
        )
        click.echo()
        for each in outcomes:
            click.echo(f"{each.setting}: {_answered(each, _ANSWER_IN_LIST, _headers(each))}")
        for url in sorted({each.url for each in failed}):
            click.echo(f"failing: {printable(url)}", err=True)
    for line in _not_sent(settings):
        click.echo(line, err=True)
    context.exit(FAILED if failed else 0)


def _not_sent(settings: AnySettings) -> list[str]:
    """Return lines about callbacks that are on and were not tried."""
    events = settings.callbacks.events
    without_sample = [key for key, callback in events.items() if callback.enable and key not in BY_SETTING]
    found = [f"not tried, for there is no sample: {', '.join(without_sample)}"] if without_sample else []
    if isinstance(settings, RelaySettings) and settings.others.enable:
        found.append("not tried: what the settings do not name, and others passes on")
    return found


@click.command(short_help="Send a sample to any URL, without an IM server.")
@click.argument("url")
@click.option(
    "--event",
    "setting",
    type=SAMPLED,
    default="beforeImportFriends",
    show_default=True,
    metavar="CALLBACK",
    help=f"Which callback's sample to send: {', '.join(sorted(BY_SETTING))}.",
)
@click.option(
    "--secret",
    envvar="AMITY_CALLBACKS__SECRET",
    metavar="SECRET",
    help="Sign with this. Others on this machine can see it here: rather set AMITY_CALLBACKS__SECRET.",
)
@click.option(
    "--data", metavar="JSON", help='Fields instead of the sample\'s: \'{"friendUserIDs": ["bob"]}\'. - is stdin.'
)
@click.option("--timeout", type=click.FloatRange(0.01, 3600), default=5.0, show_default=True, help="Seconds to wait.")
@click.option(
    "--real",
    is_flag=True,
    help="Send it as if it had happened, so that an after-handler of the kit is called and does what it does.",
)
@click.option("--ca-file", metavar="FILE", help="The authority that signed the business server's certificate.")
@json_option
@click.pass_context
def send(
    context: click.Context,
    url: str,
    setting: str,
    secret: str | None,
    data: str | None,
    timeout: float,
    real: bool,
    ca_file: str | None,
    as_json: bool,
) -> None:
    """Send one sample callback to URL and say what the server would make of the answer. No IM server is needed.

    The command goes on the path of URL, as it does in earnest. The webhook-id begins with amity-sample-, by which a
    business server knows a sample: the kit answers one of an after-callback without calling the handler.

    \b
    Examples:
        amity callbacks send http://127.0.0.1:10006/callbackExample
        amity callbacks send http://127.0.0.1:10006/cb --event afterImportFriends
        amity callbacks send https://app.example/cb --data '{"ownerUserID": "ann", "friendUserIDs": ["bob"]}'

    \b
    Exit codes: 0 approved (modified, delivered), 4 rejected, 1 the answer counts as a failure, 3 no answer.
    """
    logs.hide(secret or "", *passwords_of(url))
    try:
        parse(url)
    except ValueError as error:
        raise Failure(f"URL: {error}", USAGE) from None
    try:
        event = sample(setting, _fields(data))
    except ValueError as error:
        raise Failure(f"--data: {error}", USAGE) from None
    callbacks = Callbacks(
        url=url,
        secret=secret,
        # The user typed this URL on purpose. The addresses that the settings allow concern the URLs in the settings.
        allow_private=True,
        tls=Tls(ca_file=ca_file),
        events={setting: Callback(enable=True, timeout=timeout)},
    )
    (outcome,) = asyncio.run(_try(callbacks, [event], is_sample=not real))
    if as_json:
        print_json(outcome.facts())
    else:
        _show(outcome)
    context.exit(_exit_code(outcome))


def _fields(data: str | None) -> dict[str, Any]:
    if data is None:
        return {}
    fields = json.loads(sys.stdin.read() if data == "-" else data)
    if not isinstance(fields, dict):
        raise Failure("--data: expected a JSON object", USAGE)
    return fields


async def _try(
    callbacks: Callbacks, events: list[Event], *, is_sample: bool = True, judge: Judge = SERVER
) -> list[Outcome]:
    try:
        sender = Sender(callbacks)
    except ValueError as error:
        raise Failure(str(error), USAGE) from None
    try:
        return await asyncio.gather(
            *(attempt(sender, callbacks, event, is_sample=is_sample, judge=judge) for event in events)
        )
    finally:
        await sender.close()


def _show(outcome: Outcome) -> None:
    click.echo(f"POST {printable(outcome.url)}")
    click.echo(f"  {_answered(outcome, _ANSWER_SHOWN)}")
    for name, value in outcome.headers.items():
        click.echo(f"  {name}: {printable(value[:_HEADER_SHOWN])}")
    click.echo(f"  {coloured(outcome.verdict)}: {printable(outcome.why)}")
    click.echo(f"  so: {printable(outcome.then)}")


def _headers(outcome: Outcome) -> str:
    shown = [f"{name}: {printable(value[:_HEADER_SHOWN])}" for name, value in outcome.headers.items()]
    return f" ({', '.join(shown)})" if shown else ""


def _answered(outcome: Outcome, most: int, headers: str = "") -> str:
    """Describe an answer: status, time, ``headers``, and up to ``most`` characters of the body."""
    if not outcome.status:
        return f"no answer, after {outcome.milliseconds} ms"
    body = printable(outcome.answer[:most]) or "(nothing)"
    more = f" ... ({len(outcome.answer):,} characters)" if len(outcome.answer) > most else ""
    return f"answered HTTP {outcome.status} after {outcome.milliseconds} ms{headers}: {body}{more}"


def _exit_code(outcome: Outcome) -> int:
    if outcome.verdict == "rejected":
        return REJECTED
    if outcome.verdict == "failed":
        return FAILED if outcome.status else UNREACHABLE
    return 0

"""What tests of the page Groups share: a group, what stands on a page, and what the server has."""

import html
import re
from typing import Any

import httpx

from tests.integration.conftest import StartServer
from tests.support.rest import Rest

ODD = """<b>"'&ödd"""
GROUP = "/console/groups/group?id=club"
MEMBER = "/console/groups/member?id=club&user=bob"


async def with_club(start_server: StartServer) -> Rest:
    """Start a server with the group ``club``: Ann's, with Bob and Cid."""
    rest = await start_server(console={"enable": True})
    await rest.register("ann", "bob", "cid", "dee")
    await make(rest, "club", "The Club", ["bob", "cid"])
    return rest


async def make(rest: Rest, group: str, name: str, members: list[str], **info: object) -> None:
    body = {"groupID": group, "groupName": name, "groupType": 2, **info}
    await rest.data("/group/create_group", {"ownerUserID": "ann", "memberUserIDs": members, "groupInfo": body})


async def info_of(rest: Rest, group: str = "club") -> dict[str, Any]:
    return dict((await rest.data("/group/get_groups_info", {"groupIDs": [group]}))["groupInfos"][0])


async def members_of(rest: Rest, group: str = "club") -> dict[str, Any]:
    """Return the members of a group by their ids."""
    body = {"groupID": group, "pagination": {"pageNumber": 1, "showNumber": 100}}
    return {each["userID"]: each for each in (await rest.data("/group/get_group_member_list", body))["members"]}


def alert_of(page: httpx.Response) -> str:
    found = re.search(r'role="alert"[^>]*>([^<]*)', page.text)
    return html.unescape(found[1]) if found else ""


def values_of(page: httpx.Response) -> dict[str, str]:
    """Return the fields of the form of settings, as they stand in the page."""
    form = page.text.partition('aria-labelledby="settings"')[2].partition("</form>")[0]
    found = dict(re.findall(r'name="([a-z_]+)" value="([^"]*)"', form))
    found |= dict(re.findall(r'<textarea id="[a-z]+" name="([a-z]+)"[^>]*>\n?([^<]*)</textarea>', form))
    for name, options in re.findall(r'<select id="[a-z]+" name="([a-z]+)">(.*?)</select>', form, re.DOTALL):
        (found[name],) = re.findall(r'value="(-?\d+)" selected', options)
    return {name: html.unescape(value) for name, value in found.items()}


async def apply(rest: Rest, user: str = "dee", message: str = "let me in") -> None:
    body = {"groupID": "club", "inviterUserID": user, "joinSource": 3, "reqMessage": message}
    await rest.data("/group/join_group", body)

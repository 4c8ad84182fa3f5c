"""What has changed of a group and its members since a client's version."""

ONE = "get_incremental_group_members"
BATCH = "get_incremental_group_members_batch"


def ids_of(members):
    return [member["userID"] for member in members]


async def test_the_first_sync_is_full_and_has_the_group(lists):
    await lists.make("g", "ann", "bob", notification="hear")
    answer = await lists.ask(ONE, user="bob", groupID="g")
    assert (answer["full"], answer["delete"], answer["insert"], answer["update"]) == (True, [], None, None)
    assert (answer["group"]["notification"], answer["group"]["memberCount"], answer["sortVersion"]) == ("hear", 2, 0)
    assert (answer["version"], answer["versionID"]) == tuple((await lists.version("g")).values())[:0:-1]


async def test_nothing_new_is_nothing(lists):
    await lists.make("g", "ann")
    version = await lists.version("g")
    assert await lists.ask(ONE, user="ann", **version) == {
        "version": version["version"],
        "versionID": version["versionID"],
        "full": False,
        "delete": [],
        "insert": None,
        "update": None,
        "group": None,
        "sortVersion": 0,
    }


async def test_who_came_and_went_is_told_with_the_number_of_members(lists):
    await lists.make("g", "ann", "bob", "cid")
    since = await lists.version("g")
    await lists.invite("g", "dan")
    await lists.kick("g", "bob")
    answer = await lists.ask(ONE, user="ann", **since)
    assert (answer["full"], ids_of(answer["insert"]), answer["update"], answer["delete"]) == (
        False,
        ["dan"],
        None,
        ["bob"],
    )
    assert answer["group"]["memberCount"] == 3
    assert answer["version"] == since["version"] + 2
    assert answer == await lists.ask(ONE, **since)


async def test_a_changed_member_is_an_update_without_the_group(lists):
    await lists.make("g", "ann", "bob")
    since = await lists.version("g")
    await lists.set_member("g", "bob", nickname="B")
    answer = await lists.ask(ONE, **since)
    assert [(member["userID"], member["nickname"]) for member in answer["update"]] == [("bob", "B")]
    assert (answer["insert"], answer["delete"], answer["group"], answer["sortVersion"]) == (None, [], None, 0)


async def test_a_changed_group_is_told_without_members(lists):
    await lists.make("g", "ann", "bob")
    since = await lists.version("g")
    await lists.set_group("g", introduction="new")
    answer = await lists.ask(ONE, **since)
    assert (answer["group"]["introduction"], answer["insert"], answer["update"]) == ("new", None, None)
    assert answer["version"] == since["version"] + 1


async def test_a_member_that_came_and_was_changed_comes_with_the_number_of_members(lists):
    await lists.make("g", "ann", "bob")
    since = await lists.version("g")
    await lists.invite("g", "cid")
    await lists.set_member("g", "cid", nickname="C")
    answer = await lists.ask(ONE, **since)
    assert (answer["insert"], ids_of(answer["update"]), answer["group"]["memberCount"]) == (None, ["cid"], 3)


async def test_a_changed_order_is_told_by_its_version(lists):
    await lists.make("g", "ann", "bob")
    since = await lists.version("g")
    await lists.set_member("g", "bob", roleLevel=60)
    answer = await lists.ask(ONE, **since)
    assert answer["sortVersion"] == answer["version"] == since["version"] + 1
    assert ids_of(answer["update"]) == ["bob"]
    assert (await lists.ask(ONE, **await lists.version("g")))["sortVersion"] == 0


async def test_a_rejoined_member_is_an_insert_again(lists):
    await lists.make("g", "ann", "bob")
    since = await lists.version("g")
    await lists.kick("g", "bob")
    gone = await lists.version("g")
    await lists.invite("g", "bob")
    for version in (since, gone):
        answer = await lists.ask(ONE, **version)
        assert (ids_of(answer["insert"]), answer["update"], answer["delete"]) == (["bob"], None, [])


async def test_a_version_of_another_database_is_answered_in_full(lists):
    await lists.make("g", "ann")
    since = await lists.version("g")
    for other in ({"versionID": "0" * 24}, {"version": since["version"] + 1}, {"version": 0}, {"version": -1}):
        assert (await lists.ask(ONE, **{**since, **other}))["full"] is True


async def test_more_than_two_hundred_changes_are_answered_in_full(lists):
    users = [f"u{number:03}" for number in range(201)]
    await lists.rest.register(*users)
    await lists.make("g", "ann")
    since = await lists.version("g")
    await lists.invite("g", *users[:200])
    assert len((await lists.ask(ONE, **since))["insert"]) == 200
    await lists.invite("g", users[200])
    answer = await lists.ask(ONE, **since)
    assert (answer["full"], answer["insert"], answer["group"]["memberCount"]) == (True, None, 202)


async def test_changes_are_for_members_and_administrators(lists):
    await lists.make("g", "ann")
    assert await lists.refused(ONE, user="eve", groupID="g") == 1002
    assert await lists.refused(ONE, user="eve", groupID="h") == 1002
    assert await lists.refused(ONE, groupID="h") == 1004


async def test_a_dismissed_group_is_refused(lists):
    await lists.make("g", "ann")
    await lists.dismiss("g")
    assert await lists.refused(ONE, user="ann", groupID="g") == 1002
    assert await lists.refused(ONE, groupID="g") == 1204


async def test_every_group_of_a_batch_is_answered(lists):
    await lists.make("mine", "ann", "bob")
    await lists.make("new", "ann")
    await lists.make("same", "ann")
    await lists.make("left", "bob", "ann")
    await lists.make("ended", "ann")
    await lists.make("other", "bob")
    groups = ("mine", "new", "same", "left", "ended", "other")
    asked = {group: await lists.version(group) for group in groups}
    await lists.kick("left", "ann")
    await lists.kick("mine", "bob")
    await lists.dismiss("ended")
    asked["new"] |= {"version": 0, "versionID": ""}
    asked["unknown"] = {"groupID": "unknown", "versionID": "whatever", "version": 7}
    answers = (await lists.ask(BATCH, user="ann", userID="ann", reqList=list(asked.values())))["respList"]
    assert answers.keys() == asked.keys()
    assert answers["mine"] == await lists.ask(ONE, user="ann", **asked["mine"])
    assert (answers["mine"]["delete"], answers["new"]["full"], answers["new"]["group"]["groupID"]) == (
        ["bob"],
        True,
        "new",
    )
    for group in ("same", "left", "ended", "other", "unknown"):
        assert answers[group] == {
            "version": asked[group]["version"],
            "versionID": asked[group]["versionID"],
            "full": False,
            "delete": [],
            "insert": None,
            "update": None,
            "group": None,
            "sortVersion": 0,
        }


async def test_an_empty_batch_is_answered_with_nothing(lists):
    assert await lists.ask(BATCH, user="ann", userID="ann", reqList=[]) == {"respList": {}}
    assert await lists.ask(BATCH, user="ann", userID="ann", reqList=None) == {"respList": {}}
    assert await lists.ask(BATCH, user="ann", userID="ann") == {"respList": {}}


async def test_a_batch_has_at_most_five_hundred_groups(lists):
    asked = [{"groupID": f"g{number}", "versionID": "", "version": 0} for number in range(501)]
    assert await lists.refused(BATCH, user="ann", reqList=asked) == 1001
    answers = (await lists.ask(BATCH, user="ann", reqList=asked[:500]))["respList"]
    assert len(answers) == 500


async def test_a_batch_reads_more_groups_than_it_reads_at_a_time(lists):
    groups = [f"g{number}" for number in range(40)]
    for group in groups:
        await lists.make(group, "ann")
    asked = [{"groupID": group} for group in groups]
    answers = (await lists.ask(BATCH, user="ann", reqList=asked))["respList"]
    assert [answers[group]["group"]["groupID"] for group in groups] == groups


async def test_above_five_hundred_changes_the_groups_that_remain_are_full(lists):
    users = [f"u{number:03}" for number in range(200)]
    await lists.rest.register(*users)
    groups = ["a", "b", "c", "d"]
    for group in groups:
        await lists.make(group, "ann")
    asked = [await lists.version(group) for group in groups]
    for group in groups:
        await lists.invite(group, *users)
    answers = (await lists.ask(BATCH, user="ann", reqList=asked))["respList"]
    assert [(len(answers[group]["insert"] or ()), answers[group]["full"]) for group in groups] == [
        (200, False),
        (200, False),
        (200, False),
        (0, True),
    ]
    assert all(answers[group]["group"]["memberCount"] == 201 for group in groups)


async def test_a_batch_of_the_longest_texts_is_answered(lists):
    texts = {"notification": "\u0001" * 8192, "introduction": "\u0001" * 8192, "ex": "\u0001" * 16_384}
    groups = [f"g{number}" for number in range(60)]
    for group in groups:
        await lists.make(group, "ann", **texts)
    asked = [{"groupID": group} for group in groups]
    answers = (await lists.ask(BATCH, user="ann", reqList=asked))["respList"]
    assert all(answers[group]["full"] for group in groups)
    assert answers["g0"]["group"]["introduction"] == texts["introduction"]
    assert answers["g59"]["group"] is None


async def test_lists_in_which_there_is_nobody_are_null(lists):
    await lists.make("g", "ann", "bob")
    since = await lists.version("g")
    for answer in (await lists.ask(ONE, user="ann", **since), await lists.ask(ONE, user="ann", groupID="g")):
        assert (answer["insert"], answer["update"], answer["delete"]) == (None, None, [])


async def test_a_client_that_follows_the_changes_has_the_list(lists):
    await lists.make("g", "ann", "bob")
    since, have = await lists.version("g"), {"ann", "bob"}
    steps = [
        (lists.invite, ("g", "cid")),
        (lists.invite, ("g", "dan", "eve")),
        (lists.kick, ("g", "bob", "cid")),
        (lists.invite, ("g", "bob")),
    ]
    for change, arguments in steps:
        await change(*arguments)
        answer = await lists.ask(ONE, user="ann", **since)
        assert answer["full"] is False
        have = (have | set(ids_of((answer["insert"] or []) + (answer["update"] or [])))) - set(answer["delete"])
        since |= {"version": answer["version"]}
        assert sorted(have) == sorted(await lists.ids("g"))

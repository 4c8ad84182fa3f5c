"""The arithmetic of ``bench.scaling``: each figure by numbers that can be reckoned by hand."""

import pytest

from amity.delivery.elsewhere.sending import _LOOKED_UP_OF_PROCESS
from bench.scaling import BROADCAST_MEMBERS, Load, main, need, parser, show
from bench.scaling_costs import Costs
from tests.unit.docs.pages import blocks, text


def only(**costs):
    """Costs of which all but these are nothing."""
    return Costs(**{**dict.fromkeys(Costs.sources(), 0), **costs})


FREE = only()


def load(**figures):
    """A million messages on a day of 86,400 s without a busy hour, everybody connected, unless it is said otherwise."""
    plain = {"users": 86_400, "online": 1, "messages": 1, "peak": 1, "in_groups": 0, "logins": 0, "utilisation": 1}
    return Load(**{**plain, "connections": 1e9, **figures})


def test_rates_are_a_day_s_average_times_the_peak():
    found = need(load(messages=10, peak=3, logins=2, online=0.5), FREE)
    assert (found.messages, found.logins, found.connected) == (30, 6, 43_200)


def test_a_message_reaches_its_receiver_or_the_connected_members_of_its_group():
    assert need(load(messages=10, online=0.5), FREE).deliveries == 5
    assert need(load(messages=10, online=0.5, in_groups=0.4, group_size=101), FREE).deliveries == 6 * 0.5 + 4 * 50


def test_work_is_messages_further_pushes_logins_connections_and_callbacks():
    def cores(costs, **figures):
        return need(load(messages=10, **figures), only(**costs)).process_cores

    assert cores({"message_us": 100, "lookup_us": 20}) == pytest.approx(10 * 120e-6)
    assert cores({"delivery_us": 9}, in_groups=1, group_size=101) == pytest.approx((10 * 100 - 10) * 9e-6)
    assert cores({"delivery_us": 9}) == 0, "the first push is a part of the message"
    assert cores({"login_us": 500, "request_us": 18}, logins=1, requests=20) == pytest.approx(860e-6)
    assert cores({"connection_us": 7}) == pytest.approx(86_400 * 7e-6)
    callbacks = {"before_callback_us": 175, "after_callback_us": 115}
    assert cores(callbacks, before=0.5, after=1) == pytest.approx(10 * (87.5 + 115) * 1e-6)


def test_processes_are_as_many_as_the_work_fills_to_the_share_that_is_planned():
    costs = only(message_us=1_000)
    assert need(load(messages=3_500), costs).processes == 4
    assert need(load(messages=3_500, utilisation=0.5), costs).processes == 7


def test_processes_are_enough_for_their_connections():
    assert need(load(users=1_000_000, connections=50_000), FREE).processes == 20


def test_one_process_tells_nobody():
    found = need(load(logins=5), Costs())
    assert (found.processes, found.bus_messages, found.bus_gbit, found.told_share) == (1, 0, 0, 0)


def test_a_message_between_two_users_crosses_when_the_receiver_is_elsewhere():
    found = need(load(messages=10, online=1, connections=21_600), FREE)
    assert found.processes == 4
    assert found.bus_messages == pytest.approx(10 * 3 / 4)


def test_a_group_s_message_crosses_once_to_each_process_where_a_member_is():
    # 4 processes: a group of 48 is looked up, one of 49 is told to all.
    looked_up = need(load(messages=10, in_groups=1, group_size=48, online=2 / 47, connections=920), FREE)
    assert looked_up.processes == 4
    assert looked_up.bus_messages == pytest.approx(10 * 3 * (1 - (3 / 4) ** 2))
    told = need(load(messages=10, in_groups=1, group_size=49, online=2 / 48, connections=901), FREE)
    assert told.processes == 4
    assert told.bus_messages == 10 * 3


def test_groups_are_told_to_all_from_the_size_from_which_the_server_does_it():
    assert BROADCAST_MEMBERS == _LOOKED_UP_OF_PROCESS


def test_what_all_are_told_takes_its_share_of_each_process():
    costs = only(presence_us=50, message_us=1_000)
    found = need(load(messages=2_000, logins=2_000), costs)
    assert found.told_share == pytest.approx(2 * 2_000 * 50e-6)
    assert found.processes == 3, "2 cores of messages, of which each process has 0.8"


def test_what_all_are_told_ends_it_however_many_processes_there_are():
    costs = only(presence_us=300, message_us=1_000)
    found = need(load(messages=2_000, logins=2_000), costs)
    assert found.processes is None
    assert any("too much of each" in limit for limit in found.limits)


def test_more_processes_look_up_groups_where_telling_all_takes_too_much():
    costs = only(bus_us=1_000, message_us=1_000)
    found = need(load(messages=2_000, in_groups=1, group_size=130, online=0.1), costs)
    assert found.processes is not None
    assert found.processes >= 10, "130 members are told to all of up to 9"
    assert found.told_share == 0


def test_the_database_has_rows_processor_time_log_and_disk():
    costs = only(
        database_message_us=50,
        database_delivery_us=5,
        database_login_us=300,
        message_rows=3,
        login_rows=2,
        message_disk_bytes=1024**2,
        message_log_bytes=1_000,
    )
    found = need(load(messages=10, logins=1), costs)
    assert found.rows == 10 * 3 + 2
    assert found.database_cores == pytest.approx(10 * 55e-6 + 300e-6)
    assert found.log_mbytes == 0.01
    assert found.disk_gib_year == pytest.approx(86_400 * 10 * 365 / 1024)


def test_the_bus_carries_messages_and_every_change_to_every_other_process():
    costs = only(message_wire_bytes=500, presence_wire_bytes=40)
    found = need(load(messages=10, logins=5, connections=43_200), costs)
    assert found.processes == 2
    assert found.bus_gbit == pytest.approx((10 / 2 * 500 + 10 * 40) * 8 / 1e9)


def test_what_one_database_cannot_do_is_said():
    assert need(load(), FREE).limits == []
    assert "PostgreSQL primary" in need(load(messages=200_000), only(message_rows=1)).limits[0]
    assert "PostgreSQL primary" in need(load(messages=1_000), only(database_message_us=50_000)).limits[0]
    assert "keepDays" in need(load(messages=1_000), only(message_disk_bytes=1_000)).limits[0]


def test_every_cost_says_where_it_comes_from():
    assert all(Costs.sources().values())


def test_the_page_shows_what_the_program_prints(capsys):
    main([])
    assert list(blocks(text("docs/scaling.md"), "text")) == [capsys.readouterr().out]


def test_options_replace_every_figure(capsys):
    given = vars(parser().parse_args(["--users", "1e6", "--message-us", "500", "--group-size", "9"]))
    assert (given["users"], given["message_us"], given["group_size"]) == ([1e6], 500, 9)
    assert main(["--users", "86400", "1e8", "--messages", "1000", "--message-us", "100000", "--peak", "1"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["users", "86,400", "100,000,000"]
    processes = next(line for line in lines if line.startswith("processes"))
    assert int(processes.split()[1].replace(",", "")) > 100


@pytest.mark.parametrize(
    ("value", "shown"),
    [(None, "too many"), (0, "0"), (0.004, "0.00"), (3.14159, "3.14"), (31.4159, "31.4"), (1234.5, "1,234")],
)
def test_numbers_have_three_digits_that_count(value, shown):
    assert show(value) == shown

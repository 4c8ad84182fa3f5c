"""What Prometheus reads."""

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from amity import metrics
from amity.errors import NAMES
from amity.metrics.meters import SECONDS, Meters


def samples() -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(metrics.exposition().decode())
        for sample in family.samples
    }


def grown(act) -> dict[str, float]:
    """Do something and return what it changed, by name and labels."""
    before = samples()
    act()
    return {
        f"{name}{dict(labels)}": value - before.get((name, labels), 0)
        for (name, labels), value in samples().items()
        if value != before.get((name, labels), 0) and name.startswith("amity_")
    }


def test_a_request_is_counted_by_operation_and_code():
    meter = metrics.request_meter("/test/counted")

    def act() -> None:
        meter(0, 0.003)
        meter(1001, 20.0)

    changed = grown(act)
    assert changed["amity_requests_total{'code': '0', 'operation': '/test/counted'}"] == 1
    assert changed["amity_requests_total{'code': '1001', 'operation': '/test/counted'}"] == 1
    assert changed["amity_request_seconds_count{'operation': '/test/counted'}"] == 2
    assert round(changed["amity_request_seconds_sum{'operation': '/test/counted'}"], 3) == 20.003
    assert changed["amity_request_seconds_bucket{'le': '0.005', 'operation': '/test/counted'}"] == 1
    assert changed["amity_request_seconds_bucket{'le': '+Inf', 'operation': '/test/counted'}"] == 2


def test_a_request_of_just_a_bound_belongs_below_it():
    meter = metrics.request_meter("/test/bound")
    changed = grown(lambda: meter(0, 0.005))
    assert changed["amity_request_seconds_bucket{'le': '0.005', 'operation': '/test/bound'}"] == 1
    assert "amity_request_seconds_bucket{'le': '0.0025', 'operation': '/test/bound'}" not in changed


def test_codes_of_business_servers_share_one_label():
    meter = metrics.request_meter("/test/app")

    def act() -> None:
        for code in range(20000, 20100):
            meter(code, 0.0)

    changed = grown(act)
    counters = {name: value for name, value in changed.items() if name.startswith("amity_requests_total")}
    assert counters == {"amity_requests_total{'code': 'app', 'operation': '/test/app'}": 100}


def test_an_operation_is_counted_in_one_place():
    def act() -> None:
        for _ in range(2):
            metrics.request_meter("/test/same")(0, 0.0)

    assert grown(act)["amity_requests_total{'code': '0', 'operation': '/test/same'}"] == 2


def test_imports_callbacks_deliveries_and_commits_are_counted():
    def act() -> None:
        metrics.import_done(10)
        metrics.import_refused()
        metrics.limit_reached("friendsPerUser")
        metrics.callback_meter("callbackTest")("approved", 0.02)
        metrics.delivery_done("callbackTest", "delivered")
        metrics.commit_done(3, 0.002)

    changed = grown(act)
    assert changed["amity_imports_total{'result': 'done'}"] == 1
    assert changed["amity_imports_total{'result': 'refused'}"] == 1
    assert changed["amity_imported_friends_total{}"] == 10
    assert changed["amity_limits_total{'limit': 'friendsPerUser'}"] == 1
    assert changed["amity_callbacks_total{'callback': 'callbackTest', 'verdict': 'approved'}"] == 1
    assert changed["amity_callback_seconds_count{'callback': 'callbackTest'}"] == 1
    assert changed["amity_deliveries_total{'callback': 'callbackTest', 'result': 'delivered'}"] == 1
    assert changed["amity_commit_batch_transactions_sum{}"] == 3
    assert changed["amity_commit_seconds_count{}"] == 1


def test_the_outbox_is_told_as_it_is_now():
    metrics.outbox_state(7, 12.5, 2)
    told = samples()
    assert told["amity_outbox_pending", ()] == 7
    assert told["amity_outbox_oldest_age_seconds", ()] == 12.5
    assert told["amity_outbox_dead", ()] == 2


def test_clients_that_come_go_and_are_turned_away_are_counted():
    def act() -> None:
        for _ in range(3):
            metrics.connection_opened()
        metrics.connection_closed("kicked")
        metrics.connection_refused(1506)
        metrics.connection_refused(123456)

    changed = grown(act)
    assert changed["amity_connections{}"] == 2
    assert changed["amity_connections_opened_total{}"] == 3
    assert changed["amity_connections_closed_total{'cause': 'kicked'}"] == 1
    assert changed["amity_connections_refused_total{'code': '1506'}"] == 1
    assert changed["amity_connections_refused_total{'code': 'app'}"] == 1


def test_requests_over_the_gateway_and_pushes_are_counted():
    meter = metrics.gateway_request_meter(1001)

    def act() -> None:
        meter(0, 0.003)
        metrics.pushed(5, 1)

    changed = grown(act)
    assert changed["amity_gateway_requests_total{'code': '0', 'identifier': '1001'}"] == 1
    assert changed["amity_gateway_request_seconds_count{'identifier': '1001'}"] == 1
    assert changed["amity_pushes_total{'result': 'sent'}"] == 5
    assert changed["amity_pushes_total{'result': 'dropped'}"] == 1


def test_reads_that_wait_and_are_refused_are_counted():
    def act() -> None:
        metrics.reads_waiting("scan", 7)
        metrics.read_refused("scan", "caller")

    changed = grown(act)
    assert changed["amity_reads_waiting{'kind': 'scan'}"] == 7
    assert changed["amity_reads_refused_total{'kind': 'scan', 'reason': 'caller'}"] == 1
    metrics.reads_waiting("scan", 0)


def test_what_is_too_large_for_the_loop_and_what_is_fanned_out_is_counted():
    def act() -> None:
        metrics.moved_off_loop("transaction", "said")
        metrics.profile_fanouts_pending(3)
        metrics.profiles_fanned_out(200)

    changed = grown(act)
    assert changed["amity_loop_moves_total{'kind': 'transaction', 'known': 'said'}"] == 1
    assert changed["amity_profile_fanouts_pending{}"] == 3
    assert changed["amity_profile_fanout_lists_total{}"] == 200
    metrics.profile_fanouts_pending(0)


def test_meters_write_what_the_library_would_write():
    written = Meters(("test_calls", "Calls"), ("test_seconds", "Seconds"), "operation", "code")
    registry = CollectorRegistry()
    calls = Counter("test_calls", "Calls", ["operation", "code"], registry=registry)
    seconds = Histogram("test_seconds", "Seconds", ["operation"], buckets=SECONDS, registry=registry)
    for operation in ("/b", "/a"):
        for code, took in (("0", 0.003), ("1001", 20.0), ("0", 0.005)):
            written.meter(operation)(code, took)
            calls.labels(operation, code).inc()
            seconds.labels(operation).observe(took)
    assert written.text() == generate_latest(registry).decode()


def test_labels_are_of_closed_sets():
    before = len(samples())
    for code in range(-50, 2000):
        metrics.connection_refused(code * 7919)
        metrics.request_meter("/test/closed")(code * 7919, 0.0)
    assert len(samples()) - before < 2 * len(NAMES) + 40

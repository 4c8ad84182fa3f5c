"""Check that the load generator can offer more requests than any server here could answer."""

from itertools import repeat

import uvloop

from bench.load import offer, post
from bench.report import Report
from bench.run import Run
from bench.server import BusinessServer

_REQUEST = b'{"ownerUserID":"p00001","friendUserIDs":["p00002"]}'


def load(run: Run) -> Report:
    """Measure the load generator against the business server, which does almost nothing, on the measured core."""
    report = Report("load", "small POSTs that the load generator can offer, 32 at once")
    business = BusinessServer(run, on_measured_core=True)
    request = post("/any", _REQUEST, {"operationID": "bench", "token": "x" * 180})
    rates = [uvloop.run(offer(business.port, repeat(request, run.size(60_000)), 32)).rate for _ in range(3)]
    report.at_least("POSTs/s from one core", report.figure("offered", rates, "POSTs/s"), 20_000)
    return report

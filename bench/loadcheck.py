"""Whether the load generator can offer more than any server here could take."""

from itertools import repeat

import uvloop

from bench.load import offer, post
from bench.report import Report
from bench.server import BusinessServer
from bench.stage import Stage

_REQUEST = b'{"ownerUserID":"p00001","friendUserIDs":["p00002"]}'


def load(stage: Stage) -> Report:
    """Against the business server, which does next to nothing, on the core of what is measured."""
    report = Report("load", "small POSTs that the load generator can offer, 32 at once")
    business = BusinessServer(stage, on_measured_core=True)
    request = post("/any", _REQUEST, {"operationID": "bench", "token": "x" * 180})
    rates = [uvloop.run(offer(business.port, repeat(request, stage.size(60_000)), 32)).rate for _ in range(3)]
    report.at_least("POSTs/s from one core", report.figure("offered", rates, "POSTs/s"), 20_000)
    return report

"""Measure the import of a whole graph from a file, as an operator would run it."""

import json
import os
import subprocess
import time
from pathlib import Path

from bench import graph
from bench.report import Report
from bench.run import ROOT, Run, python
from bench.server import Amity, BusinessServer

TURNS = 2


def real_graph(run: Run) -> Report:
    """Measure ``amity import --register`` with before- and after-callback on. The importer runs on the loading core."""
    given = os.environ.get("BENCH_GRAPH")
    file = Path(given) if given else run.directory / "graph.csv"
    if not given:
        graph.write(file)
    shown = file.name if given else "a made-up graph (BENCH_GRAPH or --graph names a real one)"
    report = Report("real-graph", f"{shown}, from file to database by amity import, callbacks on, SQLite")
    taken: list[float] = []
    memory: list[float] = []
    facts: dict[str, int] = {}
    for turn in range(TURNS):
        business = BusinessServer(run, f"business-{turn}")
        both = {"url": business.url, "beforeImportFriends": {"enable": True}, "afterImportFriends": {"enable": True}}
        server = Amity(run, f"amity-{turn}", both)
        began = time.monotonic()
        facts = _import(run, file, server, turn)
        taken.append(time.monotonic() - began)
        most = server.program.peak_memory()
        if most is not None:
            memory.append(most / 1e6)
        server.program.stop()
    report.note(f"{facts['people']:,} people, {facts['imported']:,} friendships")
    report.figure("friendships/s", [facts["imported"] / seconds for seconds in taken], "pairs/s")
    report.below("seconds", report.figure("from file to database", taken, "s"), 30)
    if memory:
        report.below("MB of the server at most", report.figure("memory of the server", memory, "MB"), 200)
    return report


def _import(run: Run, file: Path, server: Amity, turn: int) -> dict[str, int]:
    command = [
        *python("amity", "import", file, "--config", server.config, "--register", "--json"),
        "--journal",
        str(run.directory / f"journal-{turn}"),
        "--report",
        str(run.directory / f"report-{turn}"),
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode:
        raise RuntimeError(f"amity import ended with exit code {done.returncode}: {done.stderr[-2000:]}")
    facts: dict[str, int] = json.loads(done.stdout)
    return facts

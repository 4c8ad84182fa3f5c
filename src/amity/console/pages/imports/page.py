"""Imports of files: upload, check, import, stop, go on, report; and the log of the calls that imported."""

from typing import Final, TypeVar

import msgspec
from starlette.responses import Response

from amity.console.charts import as_bytes
from amity.console.context import Console
from amity.console.download import Download
from amity.console.ground import ConsoleGround
from amity.console.imports.deleting import OPEN_DAYS, OVER_DAYS
from amity.console.imports.file import PART
from amity.console.imports.models import Choices, Job, State, shown_of
from amity.console.imports.service import MOST_OPEN, PAGE, CannotNowError, Imports
from amity.console.page import Page, Post
from amity.console.pages.imports.calls import show_calls
from amity.console.pages.imports.showing import facts, hint, line, state_of, table
from amity.errors import Code, ImError

MOST_SHOWN: Final = 50
"""Rows of a report on a page."""
T = TypeVar("T", bound=msgspec.Struct)
_PATH: Final = "/console/imports"
_MOST_COLUMNS: Final = 200


class _New(msgspec.Struct):
    """What the page's script says of a file before it sends it."""

    name: str
    bytes: int


class _Check(msgspec.Struct):
    job: int
    columns: str = ""


def page(ground: ConsoleGround) -> Page:
    """Declare the page."""
    handlers = _Handlers(ground.imports)
    return Page(
        name="imports",
        title="imports.title",
        place=30,
        gets={
            "": handlers.list,
            "calls": show_calls,
            "job": handlers.job,
            "discard": handlers.ask_to_discard,
            "progress.json": handlers.progress,
            "report.csv": handlers.report,
        },
        posts={
            "new.json": Post(handlers.create),
            "part.json": Post(handlers.add_part, most_bytes=PART),
            "check.json": Post(handlers.check_uploaded),
            "check": Post(handlers.check),
            "start": Post(handlers.start),
            "stop": Post(handlers.stop),
            "discard": Post(handlers.discard),
        },
        is_polled=True,
    )


class _Handlers:
    """What the page shows and does."""

    def __init__(self, imports: Imports) -> None:
        self._imports = imports

    async def list(self, console: Console) -> Response:
        """Show where to upload a file, and the jobs."""
        jobs = await self._imports.page(console.number("before"))
        return console.page(
            "pages/imports/imports.html",
            jobs=[(job, state_of(self._imports, job), self._line(console, job)) for job in jobs[:PAGE]],
            older=jobs[PAGE - 1].seq if len(jobs) > PAGE else 0,
            is_later_page=bool(console.query.get("before")),
            part=PART,
            most=self._imports.most_bytes,
            most_shown=as_bytes(self._imports.most_bytes),
            most_open=MOST_OPEN,
            open_days=OPEN_DAYS,
            over_days=OVER_DAYS,
        )

    async def job(self, console: Console) -> Response:
        """Show one job."""
        imports = self._imports
        job = await imports.find(console.number("id"))
        # Whether somebody works on it is asked before anything else is awaited. The report is read after that: it is
        # complete where the work has ended.
        state, is_alive, so_far = state_of(imports, job), imports.is_alive(job), self._line(console, job)
        may = {to.value: imports.may(job, to) for to in State}
        count = await imports.result_count(job.seq)
        return console.page(
            "pages/imports/job.html",
            job=job,
            shown=shown_of(job),
            state=state,
            hint=hint(state, job),
            problem=console.texts.reason(job.progress.problem),
            lacks_choice=console.query.get("lacks") == "skip_bad_lines",
            is_registering=console.query.get("register") == "1",
            is_alive=is_alive,
            may=may,
            facts=facts(console.texts, job),
            beginning=table(job),
            line=so_far,
            results=await imports.first_results(job.seq, MOST_SHOWN) if count else [],
            result_count=count,
        )

    async def ask_to_discard(self, console: Console) -> Response:
        """Ask whether a job is to be discarded."""
        job = await self._imports.find(console.number("id"))
        return console.page("pages/imports/discard.html", job=job, state=state_of(self._imports, job))

    async def progress(self, console: Console) -> Response:
        """Return how far a job is, for the page's script."""
        job = await self._imports.find(console.number("id"))
        return console.json(
            {
                "state": state_of(self._imports, job),
                "done": job.progress.done,
                "total": job.progress.total,
                "line": self._line(console, job),
                "problem": console.texts.reason(job.progress.problem),
            }
        )

    async def report(self, console: Console) -> Response:
        """Return the whole report."""
        job = await self._imports.find(console.number("id"))
        size, pieces = await self._imports.report(job.seq)
        return Download(pieces, f"import-{job.seq}.csv", "text/csv; charset=utf-8", is_open=console.is_open, size=size)

    async def create(self, console: Console) -> Response:
        """Make a job for a file that the page's script is about to send."""
        new = _decoded(console.body, _New)
        admin = console.session.user_id
        try:
            seq = await self._imports.create(
                admin, new.name, new.bytes, lambda seq: console.recorded("imports.upload", about=_about(seq, new.name))
            )
        except CannotNowError as refusal:
            return _refused(console, refusal)
        return console.json({"job": seq})

    async def add_part(self, console: Console) -> Response:
        """Take the next part of a file."""
        received = await self._imports.add_part(
            console.session.user_id, console.number("job"), console.number("at"), console.body
        )
        return console.json({"received": received})

    async def check_uploaded(self, console: Console) -> Response:
        """Begin to check a file that has arrived."""
        wanted = _decoded(console.body, _Check)
        try:
            await self._check(console, wanted.job, wanted.columns)
        except CannotNowError as refusal:
            return _refused(console, refusal)
        return console.json({"path": f"{_PATH}/job?id={wanted.job}"})

    async def check(self, console: Console) -> Response:
        """Check a file again, as the form says."""
        seq = _id(console)
        try:
            await self._check(console, seq, console.form.get("columns", ""))
        except CannotNowError as refusal:
            return _back(console, seq, refusal)
        return _back(console, seq)

    async def start(self, console: Console) -> Response:
        """Import a checked file, or go on with it."""
        job = await self._imports.find(_id(console))
        wanted = Choices(skip_bad_lines="skip_bad_lines" in console.form, register="register" in console.form)
        action = "imports.go_on" if job.has_begun else "imports.start"
        try:
            note = console.recorded(action, about=_about(job.seq, job.file_name))
            await self._imports.run(console.session.user_id, job.seq, console.form.get("shown", ""), wanted, note)
        except CannotNowError as refusal:
            if refusal.reason == "imports_bad_lines":
                # The page says it beside the box, and keeps the other one as it was.
                register = "&register=1" if "register" in console.form else ""
                return console.redirect(f"{_PATH}/job?id={job.seq}&lacks=skip_bad_lines{register}")
            return _back(console, job.seq, refusal)
        return _back(console, job.seq)

    async def stop(self, console: Console) -> Response:
        """Have a job stop."""
        job = await self._imports.find(_id(console))
        try:
            await self._imports.ask_to_stop(
                job.seq, console.recorded("imports.stop", about=_about(job.seq, job.file_name))
            )
        except CannotNowError as refusal:
            return _back(console, job.seq, refusal)
        return _back(console, job.seq)

    async def discard(self, console: Console) -> Response:
        """Delete a job."""
        job = await self._imports.find(_id(console))
        try:
            await self._imports.discard(
                job.seq, console.recorded("imports.discard", about=_about(job.seq, job.file_name))
            )
        except CannotNowError as refusal:
            return _back(console, job.seq, refusal)
        return console.redirect(f"{_PATH}?said=said.imports_discarded")

    def _line(self, console: Console, job: Job) -> str:
        return line(console.texts, job, is_alive=self._imports.is_alive(job))

    async def _check(self, console: Console, seq: int, columns: str) -> None:
        job = await self._imports.find(seq)
        columns = columns.strip()
        if len(columns) > _MOST_COLUMNS:
            raise ImError(Code.ARGS, f"columns: more than {_MOST_COLUMNS} characters")
        note = console.recorded("imports.check", about=_about(seq, job.file_name))
        await self._imports.check(console.session.user_id, seq, Choices(columns=columns), note)


def _about(seq: int, name: str) -> str:
    return f"{seq} {name}"


def _id(console: Console) -> int:
    text = console.form.get("id", "")
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise ImError(Code.ARGS, "id: is no number of an import")
    return int(text)


def _decoded(body: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, RecursionError) as error:
        raise ImError(Code.ARGS, f"body: {error}") from None


def _refused(console: Console, refusal: CannotNowError) -> Response:
    return console.json({"detail": console.texts(f"said.{refusal.reason}")}, status=409)


def _back(console: Console, seq: int, refusal: CannotNowError | None = None) -> Response:
    said = "" if refusal is None else f"&said=said.{refusal.reason}"
    return console.redirect(f"{_PATH}/job?id={seq}{said}")

"""The question before what cannot be taken back."""

from collections.abc import Mapping

from starlette.responses import Response

from amity.console.context import Console
from amity.console.pages.people.person import Person, path_of, shown


def confirm(
    console: Console,
    person: Person,
    question: str,
    rest: str,
    fields: Mapping[str, str],
    *,
    back: str,
    page: int = 1,
    option: str = "",
) -> Response:
    """Return the page that asks the question. **Yes** sends the same form again, to ``rest`` with these fields, and
    with ``sure``. **No** goes to the page ``back``. ``option`` is the text of a box that can be ticked: ``also``."""
    back_to = path_of(back, id=person.user.user_id, page=page if page > 1 else "")
    return shown(
        console,
        "confirm.html",
        person,
        question=question,
        action=path_of(rest),
        fields={"id": person.user.user_id, "page": str(page), **fields},
        back=back_to,
        option=option,
    )

"""Whether the first line of a file of people names columns that amity does not know: then it is nobody. Pure."""

import re
from collections.abc import Sequence

# What the first line of other programs' lists of people and friendships says.
_USUAL_NAMES = frozenset(
    (
        *("account", "contact", "contacts", "email", "firstname", "friendname", "fullname", "id", "login", "mail"),
        *("member", "memberid", "name", "nick", "person", "phone", "phonenumber", "uid", "user", "username", "users"),
        *("destination", "dst", "followed", "followee", "follower", "from", "fromid", "fromuser", "fromuserid"),
        *("peer", "source", "src", "target", "to", "toid", "touser", "touserid"),
    )
)

# The same in other languages. Such a word may be somebody's id elsewhere, so all columns have to be called by one.
_NAMES_ABROAD = frozenset(
    (
        *("benutzer", "freund", "freundin", "kontakt", "mitglied", "nutzer", "vorname", "nachname"),
        *("ami", "amie", "membre", "nom", "pseudo", "utilisateur"),
        *("amigo", "amiga", "contacto", "contato", "membro", "miembro", "nombre", "nome", "usuario", "usuário"),
        *("amico", "amica", "utente", "gebruiker", "naam", "vriend", "nazwa", "użytkownik", "znajomy"),
        *("arkadaş", "isim", "kullanıcı", "nama", "pengguna", "teman"),  # noqa: RUF001 - Turkish has this letter
        *("друг", "имя", "контакт", "пользователь", "ім'я", "користувач"),
        *("用户", "用户名", "好友", "姓名", "昵称", "名字", "用戶", "暱稱"),
        *("ユーザー", "ユーザ", "友達", "友だち", "名前", "사용자", "친구", "이름"),
    )
)
_OUR_NAMES = frozenset(("owner", "friend", "user", "nickname"))
# What a header puts behind such a name: user1, user_b, contact_id.
_WORDS_BEHIND = r"(?<=..)[-_ ]?(id|ids|no|number)$"
_ENDING = re.compile(rf"(?<=..)(_?[0-9]{{1,2}}|_[a-z])$|{_WORDS_BEHIND}")
_WORD_ENDING = re.compile(_WORDS_BEHIND)


def plain_name(name: str) -> str:
    """Return a column's name without case, blanks and underscores."""
    return name.strip().lower().replace("_", "").replace(" ", "")


def looks_like_header(names: Sequence[str], following: Sequence[str]) -> bool:
    """Say whether a first line that names no known column seems to name others, by itself and by the line after it,
    which has no cells where there is none.

    Ids have no blanks, and it is rare that the first person of a list alone has no digit in its id, or is called
    ``user1`` where the next ones are not called so.
    """
    stripped = [name.strip() for name in names]
    if any(plain_name(name) in _USUAL_NAMES or " " in name for name in stripped):
        return True
    stems = [_stem(name) for name in stripped]
    if all(stem in _USUAL_NAMES or stem in _NAMES_ABROAD or stem in _OUR_NAMES for stem in stems):
        # No list goes on after user_id as after user1.
        if all(
            stem == name.lower() or _WORD_ENDING.search(name.lower())
            for stem, name in zip(stems, stripped, strict=True)
        ):
            return True
        return bool(following) and [_stem(cell.strip()) for cell in following] != stems
    return (
        len(following) == len(stripped)
        and all(any(map(str.isdigit, cell)) for cell in following)
        and not any(any(map(str.isdigit, name)) for name in stripped)
    )


def _stem(name: str) -> str:
    return _ENDING.sub("", name.lower())

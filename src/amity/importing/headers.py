"""Detect a header whose column names amity does not know, so that it is not imported as a person. Pure."""

import re
from collections.abc import Sequence

# Column names in other programs' lists of people and friendships.
_USUAL_NAMES = frozenset(
    (
        *("account", "contact", "contacts", "email", "firstname", "friendname", "fullname", "id", "login", "mail"),
        *("member", "memberid", "name", "nick", "person", "phone", "phonenumber", "uid", "user", "username", "users"),
        *("destination", "dst", "followed", "followee", "follower", "from", "fromid", "fromuser", "fromuserid"),
        *("peer", "source", "src", "target", "to", "toid", "touser", "touserid"),
    )
)

# The same in other languages. Such a word may be an id elsewhere, so all columns must have such a name.
_FOREIGN_NAMES = frozenset(
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
_AMITY_NAMES = frozenset(("owner", "friend", "user", "nickname"))
# Suffixes of such names in a header: user1, user_b, contact_id.
_ID_SUFFIX = r"(?<=..)[-_ ]?(id|ids|no|number)$"
_ANY_SUFFIX = re.compile(rf"(?<=..)(_?[0-9]{{1,2}}|_[a-z])$|{_ID_SUFFIX}")
_WORD_SUFFIX = re.compile(_ID_SUFFIX)
_LONGEST_NAME = 100


def plain_name(name: str) -> str:
    """Return a column's name without case, blanks and underscores."""
    return name.strip().lower().replace("_", "").replace(" ", "")


def looks_like_header(names: Sequence[str], following: Sequence[str]) -> bool:
    """Return whether a first line without known column names seems to be a header. ``following`` are the cells of the
    next line, none if there is no next line.

    Ids have no blanks. It is rare that only the first id of a list has no digit, or that the first id is ``user1`` and
    the next ones do not begin with ``user``.
    """
    stripped = [name.strip() for name in names]
    if any(plain_name(name) in _USUAL_NAMES or " " in name for name in stripped):
        return True
    stems = [_stem(name) for name in stripped]
    if all(stem in _USUAL_NAMES or stem in _FOREIGN_NAMES or stem in _AMITY_NAMES for stem in stems):
        # A name with the suffix of user_id is a header whatever follows. A name such as user1 may be an id.
        if all(
            stem == name.lower() or _WORD_SUFFIX.search(name.lower())
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
    if len(name) > _LONGEST_NAME:  # no name of a column, and long for the expression
        return name.lower()
    return _ANY_SUFFIX.sub("", name.lower())

"""Names of fields that would say who a person is. A plan has none of them: it is named by id, and so are recordings.

What the patient field of EDF+ can hold is among them: Kemp & Olivan 2003, doi:10.1016/S1388-2457(03)00123-8.
"""

from __future__ import annotations

import re

NOTHING_PERSONAL = "no such field: a plan is named by id and holds nothing that says who the person is"

_WHOLE = {
    "address", "age", "birth", "city", "doctor", "dob", "email", "employer", "gender", "insurance", "mail", "name",
    "names", "nationality", "occupation", "passport", "patient", "person", "phone", "postcode", "sex", "ssn", "street",
    "surname", "telephone", "zip",
}  # fmt: skip
_WORDS = {"birth", "birthdate", "birthday", "birthplace", "dob", "email", "phone", "surname", "forename", "insurance"}
_OF_A_PERSON = {"first", "last", "full", "family", "given", "maiden", "patient", "person", "nick"}


def is_personal(key: object) -> bool:
    """Return whether a field of this name would say who the person is."""
    words = [word for word in re.split(r"[^a-z]+", str(key).lower()) if word]
    joined = "".join(words)
    if joined in _WHOLE or _WORDS & set(words):
        return True
    named = words[-1:] in (["name"], ["id"], ["address"], ["number"]) and bool(_OF_A_PERSON & set(words))
    return named or any(joined == f"{which}name" for which in _OF_A_PERSON) or any(w in joined for w in ("birthd",))

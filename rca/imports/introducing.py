"""The people a file names: found among those we know at their account, or introduced; never twice."""

from collections.abc import Iterable
from functools import lru_cache

from django.db.models import Q
from django.db.models.functions import Lower

from accounts.audit.models import Entry
from accounts.audit.origin import origin
from accounts.customers.contacts import Contact, Preference
from accounts.people.models import User
from rca.imports.cells import Row
from rca.imports.models import Import, Opened
from rca.lib import phones
from rca.lib.copying import Copier, numbers

Person = tuple[int, str, str, str]  # account, name, e-mail, telephone number as E.164
e164 = lru_cache(maxsize=50_000)(phones.e164)


class Introductions:
    """The contacts of the rows of one file."""

    def __init__(self, batch: Import, by: User) -> None:
        self.batch, self.by = batch, by
        self.contacts = Copier(Contact, ("id", "account_id", "name", "email", "phone"), {})
        self.preferences = Copier(Preference, ("contact_id",), {})

    def of(self, rows: Iterable[tuple[Row, int]]) -> list[int | None]:
        """The contact of each row, or None where it names nobody; new ones are written."""
        people = [_person(row, account) for row, account in rows]
        wanted = {one for one in people if one}
        if not wanted:
            return [None] * len(people)
        here = self._here(wanted)
        new: dict[tuple[int, str, str], list[Person]] = {}
        for one in wanted:
            if not any(key in here for key in _keys(one)):
                new.setdefault(_keys(one)[0], []).append(one)
        if new:
            self._introduce([several[0] for several in new.values()], here)
        return [next((here[key] for key in _keys(one) if key in here), None) if one else None for one in people]

    def _here(self, wanted: set[Person]) -> dict[tuple[int, str, str], int]:
        said = Q(mail__in={one[2] for one in wanted if one[2]}) | Q(phone__in={one[3] for one in wanted if one[3]})
        said |= Q(name__in={one[1] for one in wanted if not one[2] and not one[3]})
        rows = Contact.objects.annotate(mail=Lower("email")).filter(said, account__in={one[0] for one in wanted})
        found: dict[tuple[int, str, str], int] = {}
        for pk, account, name, mail, phone in rows.order_by("-pk").values_list(
            "pk", "account_id", "name", "mail", "phone"
        ):
            for kind, value in (("mail", mail), ("phone", phone), ("name", name.lower())):
                if value:
                    found[account, kind, value] = pk
        return found

    def _introduce(self, people: list[Person], here: dict[tuple[int, str, str], int]) -> None:
        people.sort()
        pks = numbers(Contact, len(people))
        self.contacts.write((pk, *one) for pk, one in zip(pks, people, strict=True))
        self.preferences.write((pk,) for pk in pks)
        Opened.objects.bulk_create(Opened(batch=self.batch, contact_id=pk) for pk in pks)
        Entry.objects.bulk_create(self._entry(one) for one in people)
        for pk, one in zip(pks, people, strict=True):
            for key in _keys(one):
                here.setdefault(key, pk)

    def _entry(self, one: Person) -> Entry:
        door, address = origin()
        account, name, email, phone = one
        return Entry(
            at=self.batch.at, by=self.by, act="contact_added", ref=f"A-{account}", about=[f"A-{account}"],
            says=f"{name} can be reached here.", door=door, address=address,
            after={key: value for key, value in (("name", name), ("email", email), ("phone", phone)) if value},
        )  # fmt: skip


def _person(row: Row, account: int) -> Person | None:
    email = row.contact_email.lower()
    phone = e164(row.contact_phone) if row.contact_phone else ""
    name = row.contact_name or email.split("@")[0]
    return (account, name[:120], email[:254], phone) if name and (row.contact_name or email or phone) else None


def _keys(one: Person) -> list[tuple[int, str, str]]:
    """What a person is known by at an account: the address, the number, and for want of both the name."""
    account, name, email, phone = one
    keys = [(account, "mail", email)] if email else []
    keys += [(account, "phone", phone)] if phone else []
    return keys or [(account, "name", name.lower())]

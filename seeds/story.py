"""The whole story in order; run by `manage.py seed`."""

from collections.abc import Callable

from django.db import transaction

from accounts.audit.origin import came_from
from rca.health import scoring
from rca.models import Cause, Complaint, FiveWhys, Fix, Promise
from seeds import house
from seeds.stories import keeping, parts, portal, prices, slots, voicemail, years_ago

CHAPTERS = [years_ago, parts, voicemail, slots, prices, portal, keeping]


@transaction.atomic
def tell(say: Callable[[str], object] = lambda line: None) -> None:
    """Tells everything in one transaction: an interrupted telling leaves the house as empty as it was."""
    with came_from("story"):
        who = house.people()
        accounts = house.accounts(who)
        for chapter in CHAPTERS:
            say((chapter.__doc__ or "").split("\n")[0])
            chapter.tell(who, accounts)
    scoring.refresh()
    house.count_on(Complaint, Promise, FiveWhys, Cause, Fix)

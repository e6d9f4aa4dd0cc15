"""The whole story in order; run by `manage.py seed`."""

from collections.abc import Callable
from datetime import timedelta

from django.db import transaction
from django.utils.timezone import localdate

from accounts.audit.origin import came_from
from accounts.models import Notice
from rca.causes import counting
from rca.health import scoring
from rca.lib.clock import now
from rca.models import Cause, Complaint, FiveWhys, Fix, Promise
from rca.whys import patterns
from seeds import house
from seeds.stories import keeping, mails, old_desk, parts, portal, prices, slots, voicemail, years_ago

CHAPTERS = [old_desk, years_ago, parts, voicemail, slots, prices, portal, keeping, mails]


@transaction.atomic
def tell(say: Callable[[str], object] = lambda line: None) -> None:
    """Tells everything in one transaction: an interrupted telling leaves the house as empty as it was."""
    with came_from("story"):
        who = house.people()
        house.hours(who)
        accounts = house.accounts(who)
        for chapter in CHAPTERS:
            say((chapter.__doc__ or "").split("\n")[0])
            chapter.tell(who, accounts)
    Notice.objects.filter(due_at__lt=now() - timedelta(days=2)).update(seen_at=now())  # read long ago
    scoring.refresh()
    patterns.find()
    counting.count_words()
    counting.rebuild(localdate())
    house.count_on(Complaint, Promise, FiveWhys, Cause, Fix)

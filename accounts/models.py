"""The register of accounts: who signs in, what they did, who buys."""

from accounts.audit.models import Entry, Seal
from accounts.customers.models import Account, Alias, Channel, Contact, Preference, Purchase, Touch
from accounts.people.drafts import Draft
from accounts.people.feeds import CalendarFeed
from accounts.people.models import ApiToken, KeptReply, User
from accounts.people.notices import Notice
from accounts.people.saved import SavedView

__all__ = [
    "Account",
    "Alias",
    "ApiToken",
    "CalendarFeed",
    "Channel",
    "Contact",
    "Draft",
    "Entry",
    "KeptReply",
    "Notice",
    "Preference",
    "Purchase",
    "SavedView",
    "Seal",
    "Touch",
    "User",
]

"""The register of accounts: who signs in, what they did, who buys."""

from accounts.audit.models import Entry, Seal
from accounts.customers.models import Account, Alias, Channel, Contact, Preference, Purchase, Touch
from accounts.people.drafts import Draft
from accounts.people.models import ApiToken, KeptReply, SavedView, User
from accounts.people.notices import Notice

__all__ = [
    "Account",
    "Alias",
    "ApiToken",
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

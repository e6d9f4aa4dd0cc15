"""Who may do what, on one page: each ability, the lowest role that has it, and how a refusal names the act."""

from django.db import models


class Role(models.TextChoices):
    VIEWER = "viewer", "viewer"
    AGENT = "agent", "agent"
    LEAD = "lead", "support lead"
    MANAGER = "manager", "manager"
    ADMIN = "admin", "admin"
    SYSTEM = "system", "the product itself"


RANK = {Role.VIEWER: 1, Role.AGENT: 2, Role.LEAD: 3, Role.MANAGER: 4, Role.ADMIN: 5, Role.SYSTEM: 0}

ABILITIES: dict[str, tuple[Role, str]] = {
    "read": (Role.VIEWER, "look"),
    "views.share": (Role.LEAD, "share a view"),
    # customers
    "accounts.open": (Role.AGENT, "open an account"),
    "accounts.edit": (Role.AGENT, "change an account"),
    "accounts.assign": (Role.LEAD, "name an account’s owner"),
    "touches.note": (Role.AGENT, "note a contact"),
    # complaints and promises
    "complaints.log": (Role.AGENT, "log a complaint"),
    "complaints.edit": (Role.AGENT, "change a complaint"),
    "complaints.acknowledge": (Role.AGENT, "own up to a complaint"),
    "complaints.hand": (Role.AGENT, "hand a complaint on"),
    "complaints.consult": (Role.AGENT, "ask a colleague"),
    "complaints.close": (Role.AGENT, "close a complaint"),
    "complaints.merge": (Role.LEAD, "merge complaints"),
    "complaints.undo": (Role.LEAD, "undo what somebody else did to many"),
    "complaints.import": (Role.LEAD, "import complaints"),
    "promises.make": (Role.AGENT, "make a promise"),
    "promises.settle": (Role.AGENT, "settle a promise"),
    "promises.hand": (Role.AGENT, "hand a promise on"),
    # whys
    "whys.plan": (Role.AGENT, "plan a Five Whys session"),
    "whys.answer": (Role.AGENT, "answer a why"),
    "whys.lead": (Role.LEAD, "lead a session"),
    "whys.import": (Role.LEAD, "import a session"),
    # causes and fixes
    "causes.mark": (Role.LEAD, "mark a root cause"),
    "causes.link": (Role.AGENT, "link a complaint to a cause"),
    "causes.edit": (Role.LEAD, "change a root cause"),
    "causes.affect": (Role.AGENT, "add an affected account"),
    "causes.match": (Role.LEAD, "run a rule over the accounts"),
    "causes.waive": (Role.MANAGER, "waive telling an account"),
    "causes.close": (Role.LEAD, "close a root cause"),
    "lines.approve": (Role.LEAD, "approve what staff may say"),
    "fixes.propose": (Role.AGENT, "propose a fix"),
    "fixes.finish": (Role.AGENT, "finish a fix"),
    "fixes.drop": (Role.LEAD, "drop a fix"),
    "fixes.verify": (Role.LEAD, "verify a fix"),
    # telling
    "notes.draft": (Role.AGENT, "draft a fix note"),
    "notes.approve": (Role.LEAD, "approve a fix note"),
    "messages.send": (Role.AGENT, "tell a customer"),
    "mail.file": (Role.AGENT, "file a mail"),
    "messages.override": (Role.LEAD, "write outside a customer’s hours"),
    # making good and keeping
    "goodwill.grant": (Role.AGENT, "make good"),
    "goodwill.allow": (Role.MANAGER, "set an allowance"),
    "goodwill.approve": (Role.MANAGER, "approve above an allowance"),
    "health.review": (Role.AGENT, "review an account"),
    "retention.work": (Role.AGENT, "work on a cancellation"),
    "retention.let_go": (Role.LEAD, "let an account go"),
    # managing
    "review.decide": (Role.MANAGER, "decide on a root cause"),
    "reports.read": (Role.VIEWER, "read the reports"),
    "ledger.read": (Role.MANAGER, "read the ledger"),
    "people.manage": (Role.ADMIN, "manage people"),
    "hours.set": (Role.ADMIN, "change our working hours"),
}

# What the worker, the mailbox and the importer do in their own name; everything else takes a person.
SYSTEM = {
    "read",
    "accounts.open",
    "accounts.edit",
    "touches.note",
    "complaints.log",
    "complaints.edit",
    "complaints.import",
    "causes.match",
    "causes.link",
    "messages.send",
    "mail.file",
}


def allows(role: str, ability: str) -> bool:
    """Whether a role has an ability; an ability that is not in the table is a mistake of ours."""
    lowest, _ = ABILITIES[ability]
    return ability in SYSTEM if role == Role.SYSTEM else RANK[Role(role)] >= RANK[lowest]


def refusal(name: str, role: str, ability: str) -> str:
    """Tom Brook is an agent; to mark a root cause takes a support lead."""
    lowest, act = ABILITIES[ability]
    mine, needed = Role(role).label, lowest.label
    return f"{name} is {_article(mine)} {mine}; to {act} takes {_article(needed)} {needed}."


def _article(noun: str) -> str:
    return "" if noun.startswith("the ") else "an" if noun[0] in "aeiou" else "a"

"""What the room's page shows: the tree, the why being worked on, the stop test, actions, ideas and what happened."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.db.models import Prefetch

from accounts.models import Entry, User
from rca.lib.clock import now
from rca.whys.asking import first_question, next_question
from rca.whys.forms import (
    AnswerForm,
    AttachmentForm,
    AttendanceForm,
    BranchForm,
    ConclusionForm,
    ConfirmationForm,
    IdeaForm,
    NextForm,
    ParticipantForm,
    PauseForm,
    QuestionForm,
    ReopeningForm,
    StrikeForm,
    WordingForm,
)
from rca.whys.kept import NoSession, ParkedIdea
from rca.whys.models import FiveWhys, Why
from rca.whys.stopping import checks, read_back
from rca.whys.tree import Node, Tree, draw

LENGTH = timedelta(minutes=45)  # of a session for which nobody said when it ends
HISTORY = 40

SESSION_FORMS: dict[str, Callable[..., forms.Form]] = {
    "question": QuestionForm,
    "idea": IdeaForm,
    "pause": PauseForm,
    "conclusion": ConclusionForm,
    "reopening": ReopeningForm,
    "participant": ParticipantForm,
    "attendance": AttendanceForm,
    "attachment": AttachmentForm,
}
WHY_FORMS: dict[str, Callable[..., forms.Form]] = {
    "answer": AnswerForm,
    "next_why": NextForm,
    "branch": BranchForm,
    "confirmation": ConfirmationForm,
    "strike": StrikeForm,
    "wording": WordingForm,
}


def sessions(user: User) -> Any:
    """The sessions one may see, each with what its room needs."""
    people = ("facilitator", "concluded_by")
    return FiveWhys.objects.visible_to(user).select_related(*people).prefetch_related("participants")


def room(
    session: FiveWhys,
    user: User,
    *,
    at: int | None = None,
    root: int | None = None,
    bound: Mapping[str, forms.Form] | None = None,
) -> dict[str, Any]:
    """Everything on the page, in a fixed number of queries however large the tree is."""
    whys = session.whys.select_related("root__cause").prefetch_related("fixes__owner")
    complaints = list(session.complaints.select_related("account").order_by("id"))
    known = [*session.names(), *(one.account.name for one in complaints)]
    tree = Tree(whys, at, session.names())
    if not session.is_live and at is None and tree.roots:
        root = root or max(tree.roots, key=lambda node: node.why.depth).why.pk  # what an ended session found
    return {
        "session": session,
        "tree": tree,
        "meter": tree.meter(),
        "map": draw(tree) if tree.many else None,
        "complaints": complaints,
        "forms": _forms(session, tree.selected, known, bound or {}),
        "test": _test(session, tree, root, known, user),
        "fixes": [fix for node in tree.nodes for fix in node.why.fixes.all()],
        "parked": session.parked.select_related("earlier__session", "why"),
        "people": list(User.objects.people()),
        "due": now() + timedelta(days=7),
        "clock": _clock(session),
        "timeline": Entry.objects.about([session.ref])[:HISTORY],
        "leads": user.may("whys.lead") or (user.pk == session.facilitator_id and user.may("whys.answer")),
        "answers": user.may("whys.answer"),
        "bound": set(bound or {}),
        **_choices(),
    }


def _forms(
    session: FiveWhys, selected: Node | None, known: list[str], bound: Mapping[str, forms.Form]
) -> dict[str, forms.Form]:
    """One unbound form for each act, filled in from the why being worked on; what was sent with an error stays."""
    made: dict[str, forms.Form] = {}
    why = selected.why if selected else None
    initial = {
        "question": {"question": first_question(session.problem, known)},
        "idea": {"why": why.pk if why else None},
    }
    for name, form in SESSION_FORMS.items():
        extra = {"session": session} if name == "idea" else {}
        made[name] = bound.get(name) or form(auto_id=f"{name}_%s", initial=initial.get(name), **extra)
    for name in WHY_FORMS if why else ():
        made[name] = bound.get(name) or why_form(name, session, why, known=known)
    return made


def why_form(
    name: str, session: FiveWhys, why: Why | None, data: Any = None, *, known: Collection[str] = ()
) -> forms.Form:
    """The form of one act on one why, filled in from it."""
    initial: dict[str, Any] = {}
    if why and name in ("answer", "wording"):
        initial = {"version": why.version, "question": why.question, "answer": why.answer, "said_by": why.said_by}
    if why and why.answer and name in ("next_why", "branch"):
        proposal = next_question(why.answer, known)
        initial = {"question": proposal.question, "answer": proposal.second}
    extra = {"session": session} if name in ("answer", "branch", "wording") else {}
    form = WHY_FORMS[name](data, auto_id=f"{name}_%s", initial=initial, **extra)
    if why and why.state == Why.State.OPEN and name == "wording":
        for field in ("answer", "said_by"):
            del form.fields[field]
    return form


def _test(session: FiveWhys, tree: Tree, root: int | None, known: list[str], user: User) -> dict[str, Any] | None:
    """The stop test for the why that is asked for, or else for the one last answered on the way to the selected."""
    node = tree.by_pk.get(root or 0) or tree.selected
    while node and node.why.state == Why.State.OPEN:
        node = node.above
    if node is None or node.why.state == Why.State.STRUCK:
        return None
    chain = [one.why for one in node.chain()]
    found = checks(chain, session.names())
    return {
        "node": node,
        "checks": found,
        "marks": user.may("causes.mark") and not node.root,
        "open": [check for check in found if not check.holds],
        "therefore": read_back(chain, session.problem, known),
    }


def _clock(session: FiveWhys) -> dict[str, Any] | None:
    """34 of 45 min: how long a running session has been going; a day later nobody needs to know."""
    started: datetime | None = session.started_at
    if not started or not session.is_live or session.paused_at or now() - started > timedelta(hours=8):
        return None
    length = session.slot_until - session.slot_from if session.slot_from and session.slot_until else LENGTH
    gone = (now() - started) // timedelta(minutes=1)
    return {"due": started + length, "start": started, "text": f"{gone} of {length // timedelta(minutes=1)} min"}


def _choices() -> dict[str, Any]:
    """What the later rooms offer for a root and an action, reached by the names they gave, never by import."""
    root: Any = Why._meta.get_field("root").related_model
    cause: Any = root._meta.get_field("cause").related_model
    fix: Any = Why._meta.get_field("fixes").related_model
    return {
        "families": cause._meta.get_field("family").choices,
        "kinds": fix._meta.get_field("kind").choices,
    }


def recurring(user: User) -> Any:
    """Parked ideas that wait, the ones that came up most often first, each with the sessions it came up in."""
    again = Prefetch("again", ParkedIdea.objects.select_related("session"))
    ideas = ParkedIdea.objects.visible_to(user).waiting().by_weight()
    return ideas.select_related("session").prefetch_related(again)


def spared(user: User) -> Any:
    """Complaints for which nobody needs to ask, the newest decision first."""
    return NoSession.objects.visible_to(user).select_related("complaint__account", "by").order_by("-id")

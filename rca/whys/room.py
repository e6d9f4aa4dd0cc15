"""What the room's page shows: the tree, the why being worked on, the stop test, actions, ideas and what happened."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Prefetch
from django.db.models.functions import JSONObject, Left

from accounts.models import Entry, User
from rca.complaints.attachments import LIMITS
from rca.lib.clock import now
from rca.whys import together
from rca.whys.asking import first_question, next_question, other_question
from rca.whys.clashing import unfinished
from rca.whys.drawing import draw
from rca.whys.evidence import Evidence
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
from rca.whys.guide import Hint, PutAway, hints
from rca.whys.kept import NoSession, ParkedIdea
from rca.whys.models import FiveWhys, Why
from rca.whys.stopping import checks, steps
from rca.whys.tree import MANY, Node, Tree
from rca.whys.undoing import newest_press

LENGTH = timedelta(minutes=45)  # of a session for which nobody said when it ends
HISTORY, RECENT = 40, 12  # entries of the ledger: when they are read, and to know what can be undone

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
OPENED = {
    "confirmation",
    "strike",
    "wording",
    "branch",
    "idea",
    "action",
    "timeline",
    "root",
}  # what an address may ask for, ?act=strike
FOCUSED = {"confirmation": "evidence", "strike": "reason", "wording": "answer"}  # the field one goes to, in the first


def sessions(user: User) -> Any:
    """The sessions one may see, each with what its room needs."""
    people = ("facilitator", "concluded_by", "calling_off__by")
    brought = Evidence.objects.filter(session=OuterRef("pk"), why=None).order_by("at", "id")
    told = brought.values(told=JSONObject(id="id", name="name", text=Left("text", 300)))
    rows = FiveWhys.objects.visible_to(user).select_related(*people).annotate(brought=ArraySubquery(told))
    return rows.prefetch_related("participants")


def room(
    session: FiveWhys,
    user: User,
    *,
    at: int | None = None,
    root: int | None = None,
    focus: int | None = None,
    act: str = "",
    bound: Mapping[str, forms.Form] | None = None,
    said: str = "",
    words: str = "",
    refused: Mapping[str, Any] | None = None,
    shared: bool = False,
) -> dict[str, Any]:
    """Everything on the page, in a fixed number of queries however large the tree is: where this person stopped unless
    `at` says where; `refused` is what they could not save; `shared` leaves out what is theirs alone."""
    begun = together.opened(session, user, at, shared=shared)
    complaints = list(session.complaints.select_related("account").order_by("id"))
    known = [*session.names(), *(one.account.name for one in complaints)]
    tree = Tree(_whys(session), begun.at, session.names(), focus, advised=session.is_live)
    timeline = list(Entry.objects.about([session.ref])[: HISTORY if act == "timeline" else RECENT])
    if not session.is_live and begun.at is None and tree.roots:
        root = root or max(tree.roots, key=lambda node: node.why.depth).why.pk  # what an ended session found
    made = _forms(session, tree.selected, known, bound or {}, act, words)
    return {
        "session": session,
        "tree": tree,
        **begun.shown(session),
        **({} if bound else unfinished(session, tree, made, begun, refused)),
        **({} if shared else _own(session, tree, user, timeline)),
        **_beside(session, tree, user),
        "asked": at is not None,
        "complaints": complaints,
        "forms": made,
        "opened": act,
        "said": said,
        "test": _test(session, tree, root, known, user),
        "timeline": timeline,
        "bound": set(bound or {}),
    }


def _whys(session: FiveWhys) -> Any:
    """All its whys, each with what hangs on it; the rows of later rooms by the names that these gave."""

    def read(name: str, person: str) -> "Prefetch[str]":
        rows: Any = Why._meta.get_field(name).related_model
        return Prefetch(name, rows._default_manager.select_related(person))

    hanging = (read("fixes", "owner"), read("files", "by"), read("unmarkings", "by"))
    return session.whys.select_related("root__cause", "root__by").prefetch_related(*hanging)


def _drawn(tree: Tree) -> dict[str, Any]:
    return {
        "meter": tree.meter(),
        "map": draw(tree) if len(tree.whole) > MANY else None,
        "other_question": other_question(tree.selected.why.question) if tree.selected else "",
    }


def _own(session: FiveWhys, tree: Tree, user: User, timeline: list[Entry]) -> dict[str, Any]:
    """What is this person’s alone: the help that they have not put away, and what they did last."""
    return {"hints": _hints(session, tree, user), "undo": newest_press(timeline, user, now())}


def _beside(session: FiveWhys, tree: Tree, user: User) -> dict[str, Any]:
    """What stands beside the tree, and who may do what about it."""
    return {
        "fixes": [fix for node in tree.whole for fix in node.fixes],
        "parked": session.parked.select_related("earlier__session", "why"),
        "people": list(User.objects.people()),
        "live": session.is_live,
        "acts": session.is_live and not session.paused_at and user.may("whys.answer"),
        "due": now() + timedelta(days=7),
        "clock": _clock(session),
        "file_limits": LIMITS,
        "leads": user.may("whys.lead") or (user.pk == session.facilitator_id and user.may("whys.answer")),
        "answers": user.may("whys.answer"),
        **_drawn(tree),
        **_choices(),
    }


def _hints(session: FiveWhys, tree: Tree, user: User) -> dict[str, Hint]:
    """For whoever acts here; those who only look need no help with it."""
    if not session.is_live or not user.may("whys.answer"):
        return {}
    return hints(tree, len(set(session.names())), PutAway.objects.names(user))


def _forms(
    session: FiveWhys, selected: Node | None, known: list[str], bound: Mapping[str, forms.Form], opened: str, words: str
) -> dict[str, forms.Form]:
    """One unbound form for each act, filled in from the why being worked on; what was sent with an error stays. The
    one that was asked for takes the focus."""
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
    if words and "answer" in made:
        made["answer"].initial["answer"] = words
    if opened in FOCUSED and opened in made:
        fields = made[opened].fields
        fields.get(FOCUSED[opened], fields[next(iter(fields))]).widget.attrs["autofocus"] = True
    return made


def why_form(
    name: str, session: FiveWhys, why: Why | None, data: Any = None, files: Any = None, *, known: Collection[str] = ()
) -> forms.Form:
    """The form of one act on one why, filled in from it."""
    initial: dict[str, Any] = {}
    if why and name in ("answer", "wording"):
        initial = {"version": why.version, "question": why.question, "answer": why.answer, "said_by": why.said_by}
    if why and why.answer and name in ("next_why", "branch"):
        proposal = next_question(why.answer, known)
        initial = {"question": proposal.question, "answer": proposal.second}
    if why and name == "confirmation":
        initial = {"evidence": why.evidence}
    extra = {"session": session} if name in ("answer", "branch", "wording") else {}
    form = WHY_FORMS[name](data, files, auto_id=f"{name}_%s", initial=initial, **extra)
    asked_only = data is not None and "answer" not in data  # worded while it waited; somebody may have answered since
    if why and name == "wording" and (why.state == Why.State.OPEN or asked_only):
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
        "steps": steps(chain, session.problem, known),
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

"""Two texts side by side in the place of the composer, when somebody saved first."""

from collections.abc import Mapping
from typing import Any

from django.forms import Form

from accounts.audit.models import Entry
from rca.lib.text import clean
from rca.whys.models import FiveWhys
from rca.whys.settling import taken_back
from rca.whys.together import Opened
from rca.whys.tree import Tree
from rca.whys.why import Why

TYPED = ("answer", "said_by", "evidence")


def both(why: Why, typed: Mapping[str, Any]) -> dict[str, Any] | None:
    """What _both.html shows: their text and mine, of the answer, or of the question where only that differs; nothing
    where what was typed stands there already, or can simply be sent to the question as it reads now."""
    answer, question = clean(typed.get("answer") or ""), clean(typed.get("question") or "")
    of = "answer"
    if why.state == Why.State.OPEN or not answer or answer == why.answer:
        of = "question"
    mine, theirs = (answer, why.answer) if of == "answer" else (question, why.question)
    if not mine or mine == theirs or (of == "question" and answer and why.state == Why.State.OPEN):
        return None
    said = {name: str(typed.get(name) or "") for name in ("said_by", "evidence")}
    told = {"errors": typed.get("errors"), "one": typed.get("one")}
    return {"why": why, "of": of, "mine": mine, "theirs": theirs, "last": last_act(why), **said, **told}


def last_act(why: Why) -> Entry | None:
    """Who changed it last, and when."""
    return Entry.objects.about([why.session.ref]).filter(after__why=why.pk).exclude(act="set_aside").first()


def gone(session: FiveWhys, pk: int, typed: Mapping[str, Any]) -> dict[str, Any] | None:
    """The same for a question that somebody took back while it was being answered."""
    entry = taken_back(session.ref, pk)
    answer, question = clean(typed.get("answer") or ""), clean(typed.get("question") or "")
    if entry is None or not (answer or question):
        return None
    said = {name: str(typed.get(name) or "") for name in ("said_by", "evidence")}
    of = "answer" if answer else "question"
    return {"gone": pk, "question": entry.words, "of": of, "mine": answer or question, "last": entry, **said}


def unfinished(
    session: FiveWhys, tree: Tree, made: dict[str, Form], begun: Opened, refused: Mapping[str, Any] | None
) -> dict[str, Any]:
    """What this person typed here and did not save, or was refused: in its place again, or beside what others saved.
    Decided by the tree that is shown, so that no third save in between can make the text fall through."""
    node, pk = tree.selected, begun.at
    draft = begun.drafts.get(pk or (node.why.pk if node else 0))
    if refused is None and draft is None:
        return {}
    typed = refused if refused is not None else draft.body if draft else {}
    if pk is not None and pk not in tree.by_pk:
        return {"clash": gone(session, pk, typed)}
    assert node
    clash = both(node.why, typed)
    if clash or node.why.state != Why.State.OPEN:
        return {"clash": clash}
    made["answer"].initial.update({name: str(typed.get(name) or "") for name in TYPED})
    return {"reworded": last_act(node.why)} if refused is not None else {"draft": draft}

"""What the API of this room takes and tells: the shapes of sessions, whys, ideas and acts."""

from typing import Any

from rest_framework import serializers

from accounts.people.models import User
from rca.complaints.models import Complaint
from rca.lib.fields import Body, PersonField, RefField
from rca.whys.files import WhyFile
from rca.whys.guide import HINTS
from rca.whys.kept import IDEA_LIMIT, NoSession, ParkedIdea
from rca.whys.models import FiveWhys, Participant, Why
from rca.whys.planning_bodies import EditionSerializer, EvidenceSerializer, InvitationSerializer
from rca.whys.settling import KEEP
from rca.whys.spending import cost
from rca.whys.why import ANSWER_LIMIT


class WhySerializer(serializers.ModelSerializer[Why]):
    session = RefField(FiveWhys, read_only=True)
    parent = serializers.IntegerField(source="parent_id", read_only=True, allow_null=True)  # type: ignore[assignment]
    root = serializers.SerializerMethodField()  # type: ignore[assignment]
    was_root_of = serializers.SerializerMethodField()
    by = PersonField(read_only=True)

    class Meta:
        model = Why
        fields = [
            "id", "version", "session", "parent", "trunk", "depth", "order", "question", "answer", "state", "evidence",
            "strike_reason", "said_by", "nudge_kept", "root", "was_root_of", "by",
            "at",
        ]  # fmt: skip
        read_only_fields = fields

    def get_root(self, why: Why) -> str | None:
        """The cause that this why is the root of."""
        return f"R-{why.root.cause_id}" if hasattr(why, "root") else None

    def get_was_root_of(self, why: Why) -> list[str]:
        """The causes that it was the root of until somebody took that back."""
        return [past.cause_ref for past in why.unmarkings.all()]


class WhyFileSerializer(serializers.ModelSerializer[WhyFile]):
    by = PersonField(read_only=True)

    class Meta:
        model = WhyFile
        fields = ["id", "name", "kind", "size", "digest", "by", "at"]
        read_only_fields = fields


class ParticipantSerializer(serializers.ModelSerializer[Participant]):
    person = PersonField(read_only=True)

    class Meta:
        model = Participant
        fields = ["id", "name", "part", "person", "email", "coming", "words"]
        read_only_fields = fields


class IdeaSerializer(serializers.ModelSerializer[ParkedIdea]):
    session = RefField(FiveWhys, read_only=True)
    why = serializers.IntegerField(source="why_id", read_only=True, allow_null=True)
    earlier = serializers.IntegerField(source="earlier_id", read_only=True, allow_null=True)
    by = PersonField(read_only=True)

    class Meta:
        model = ParkedIdea
        fields = ["id", "session", "why", "text", "said_by", "earlier", "taken_up_at", "by", "at"]
        read_only_fields = fields


class SessionRowSerializer(serializers.ModelSerializer[FiveWhys]):
    ref = serializers.CharField(read_only=True)
    facilitator = PersonField(read_only=True)
    concluded_by = PersonField(read_only=True)
    complaints = RefField(Complaint, many=True, read_only=True)

    class Meta:
        model = FiveWhys
        fields = [
            "ref", "version", "state", "problem", "impact", "facilitator", "complaints", "slot_from", "slot_until",
            "place", "planned_at", "started_at", "paused_at", "waits_for", "concluded_at", "concluded_by", "conclusion",
            "source", "external_id",
        ]  # fmt: skip
        read_only_fields = fields


class SessionSerializer(SessionRowSerializer):
    """One session with its tree: every why names its parent."""

    participants = ParticipantSerializer(many=True, read_only=True)
    whys = WhySerializer(many=True, read_only=True)
    parked = IdeaSerializer(many=True, read_only=True)
    evidence = EvidenceSerializer(many=True, read_only=True)
    invitations = InvitationSerializer(many=True, read_only=True)
    versions = EditionSerializer(many=True, read_only=True, source="editions")
    called_off = serializers.SerializerMethodField(help_text="why it was not held")
    cost = serializers.SerializerMethodField(help_text="people and minutes together; null is not known")

    class Meta(SessionRowSerializer.Meta):
        fields = [
            *SessionRowSerializer.Meta.fields, "participants", "whys", "parked", "evidence", "invitations", "versions",
            "called_off", "cost",
        ]  # fmt: skip
        read_only_fields = fields

    def get_called_off(self, session: FiveWhys) -> str | None:
        return session.calling_off.reason if hasattr(session, "calling_off") else None

    def get_cost(self, session: FiveWhys) -> dict[str, float | None]:
        found = cost(session)
        return {"people": found.people, "minutes": found.minutes, "person_hours": found.hours}


class GuestBody(Body):
    name = serializers.CharField(max_length=120)
    part = serializers.CharField(max_length=120, default="", allow_blank=True)
    person = PersonField(queryset=User.objects.people(), required=False, allow_null=True, default=None)
    email = serializers.EmailField(
        max_length=254, default="", allow_blank=True, help_text="of a guest, who is invited by it"
    )


class SessionPlanBody(Body):
    problem = serializers.CharField(max_length=10_000)
    impact = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    complaints = RefField(Complaint, many=True, required=False)
    facilitator = PersonField(queryset=User.objects.people(), required=False)
    participants = GuestBody(many=True, required=False)
    slot_from = serializers.DateTimeField(required=False, allow_null=True)
    slot_until = serializers.DateTimeField(required=False, allow_null=True)
    place = serializers.CharField(max_length=120, required=False, allow_blank=True)


class SessionDetailsBody(Body):
    problem = serializers.CharField(max_length=10_000, required=False)
    impact = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    facilitator = PersonField(queryset=User.objects.people(), required=False)
    slot_from = serializers.DateTimeField(required=False, allow_null=True)
    slot_until = serializers.DateTimeField(required=False, allow_null=True)
    place = serializers.CharField(max_length=120, required=False, allow_blank=True)


class SessionPauseBody(Body):
    waits_for = serializers.CharField(max_length=400, required=False, allow_blank=True)


class SessionConclusionBody(Body):
    conclusion = serializers.CharField(max_length=4000)


class SessionReopeningBody(Body):
    reason = serializers.CharField(max_length=2000)


class WhyStrikeBody(Body):
    reason = serializers.CharField(max_length=ANSWER_LIMIT)


class SessionAttachmentBody(Body):
    complaint = RefField(Complaint)


class SessionQuestionBody(Body):
    question = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    trunk = serializers.ChoiceField(Why.Trunk.choices, required=False)


class WhyAnswerBody(Body):
    answer = serializers.CharField(max_length=ANSWER_LIMIT)
    said_by = serializers.CharField(max_length=120, required=False, allow_blank=True)
    evidence = serializers.CharField(max_length=ANSWER_LIMIT, required=False, allow_blank=True)
    version = serializers.IntegerField(required=False)


class WhyBranchBody(Body):
    answer = serializers.CharField(max_length=ANSWER_LIMIT)
    said_by = serializers.CharField(max_length=120, required=False, allow_blank=True)
    evidence = serializers.CharField(max_length=ANSWER_LIMIT, required=False, allow_blank=True)


class WhyNextBody(Body):
    question = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    instead = serializers.BooleanField(required=False)


class WhyEvidenceBody(Body):
    evidence = serializers.CharField(max_length=ANSWER_LIMIT)


class WhyWordingBody(Body):
    question = serializers.CharField(max_length=2000, required=False)
    answer = serializers.CharField(max_length=ANSWER_LIMIT, required=False)
    said_by = serializers.CharField(max_length=120, required=False, allow_blank=True)


class WhySettlementBody(Body):
    keep = serializers.ChoiceField(list(KEEP.items()))
    mine = serializers.CharField(max_length=ANSWER_LIMIT)
    of = serializers.ChoiceField(["answer", "question"], required=False)
    one = serializers.CharField(max_length=ANSWER_LIMIT, required=False, allow_blank=True)
    version = serializers.IntegerField(required=False)
    said_by = serializers.CharField(max_length=120, required=False, allow_blank=True)
    evidence = serializers.CharField(max_length=ANSWER_LIMIT, required=False, allow_blank=True)


class SessionAskingAgainBody(Body):
    why = serializers.IntegerField(min_value=1, max_value=2**62, help_text="The number of the why that was taken back.")
    mine = serializers.CharField(max_length=ANSWER_LIMIT)
    keep = serializers.ChoiceField(["mine", "theirs"], required=False)
    of = serializers.ChoiceField(["answer", "question"], required=False)
    said_by = serializers.CharField(max_length=120, required=False, allow_blank=True)
    evidence = serializers.CharField(max_length=ANSWER_LIMIT, required=False, allow_blank=True)


class WhyAdviceBody(Body):
    kind = serializers.CharField(max_length=20)


class WhySplitBody(Body):
    first = serializers.CharField(max_length=ANSWER_LIMIT, required=False, help_text="what stays; as proposed if empty")
    second = serializers.CharField(max_length=ANSWER_LIMIT, required=False, help_text="what becomes the branch")


class HintBody(Body):
    hint = serializers.ChoiceField([(name, one.text) for name, one in HINTS.items()])


class HintSerializer(serializers.Serializer[Any]):
    hint = serializers.CharField()
    text = serializers.CharField()
    away = serializers.BooleanField(help_text="whether this person has put it away")


class IdeaBody(Body):
    text = serializers.CharField(max_length=IDEA_LIMIT)
    why = serializers.PrimaryKeyRelatedField(queryset=Why.objects.none(), required=False, allow_null=True)
    said_by = serializers.CharField(max_length=120, required=False, allow_blank=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if request := self.context.get("request"):
            self.fields["why"].queryset = Why.objects.visible_to(request.user)  # type: ignore[attr-defined]


class AttendanceBody(Body):
    coming = serializers.ChoiceField(Participant.Coming.choices)
    words = serializers.CharField(max_length=200, required=False, allow_blank=True)


class NoSessionSerializer(serializers.ModelSerializer[NoSession]):
    complaint = RefField(Complaint, read_only=True)
    by = PersonField(read_only=True)

    class Meta:
        model = NoSession
        fields = ["id", "complaint", "reason", "unless", "by", "at"]
        read_only_fields = fields


class NoSessionBody(Body):
    complaint = RefField(Complaint)
    reason = serializers.CharField(max_length=2000)
    unless = serializers.CharField(max_length=2000, required=False, allow_blank=True)


class StopTestSerializer(serializers.Serializer[Any]):
    """What the chain down to a why still leaves open, and the chain read back from it."""

    open = serializers.ListField(child=serializers.CharField())
    therefore = serializers.ListField(child=serializers.CharField())

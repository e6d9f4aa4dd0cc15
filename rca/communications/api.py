"""Notes, messages and tellings through the API: the same verbs as the pages, one action each."""

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Account, Channel, Contact
from accounts.people.doors import KEY, MATCH, HouseViewSet, act
from rca.causes.models import Cause
from rca.causes.roster import Affected
from rca.communications import mailing
from rca.communications.acts import Attempt, Telling, Verdict
from rca.communications.models import Message
from rca.communications.notes import PART_LIMIT, TITLE_LIMIT, FixNote
from rca.lib.fields import Body, PersonField, RefField
from rca.lib.refs import number
from rca.lib.refused import Refused
from rca.lib.text import WORDS_LIMIT


class FixNoteSerializer(serializers.ModelSerializer[FixNote]):
    cause = RefField(Cause, read_only=True)
    drafted_by = PersonField(read_only=True)
    approved_by = serializers.SerializerMethodField()
    approved_at = serializers.SerializerMethodField()

    class Meta:
        model = FixNote
        fields = ["cause", "revision", "version", "title", "happened", "changed", "how_we_know", "owed", "drafted_by",
                  "drafted_at", "approved_by", "approved_at"]  # fmt: skip
        read_only_fields = fields

    def get_approved_by(self, note: FixNote) -> str | None:
        return note.approval.by.email if note.approved else None

    def get_approved_at(self, note: FixNote) -> str | None:
        return note.approval.at.isoformat() if note.approved else None


class VerdictSerializer(serializers.ModelSerializer[Verdict]):
    class Meta:
        model = Verdict
        fields = ["answer", "words", "at", "seen_at"]
        read_only_fields = fields


class MessageSerializer(serializers.ModelSerializer[Message]):
    ref = serializers.CharField(read_only=True)
    account = RefField(Account, read_only=True)
    cause = serializers.SerializerMethodField()
    contact = serializers.PrimaryKeyRelatedField[Contact](read_only=True)
    by = PersonField(read_only=True)
    verdict = VerdictSerializer(read_only=True, allow_null=True)

    class Meta:
        model = Message
        fields = ["ref", "state", "account", "cause", "contact", "channel", "address", "subject", "body", "due_at",
                  "any_hour", "override_reason", "by", "at", "message_id", "attempts", "ended_at", "failure",
                  "verdict"]  # fmt: skip
        read_only_fields = fields

    def get_cause(self, message: Message) -> str | None:
        return f"R-{message.affected.cause_id}" if message.affected else None


class TellingSerializer(serializers.ModelSerializer[Telling]):
    account = serializers.SerializerMethodField()
    cause = serializers.SerializerMethodField()
    message = RefField(Message, read_only=True, allow_null=True)
    contact = serializers.PrimaryKeyRelatedField[Contact](read_only=True)
    by = PersonField(read_only=True)

    class Meta:
        model = Telling
        fields = ["id", "account", "cause", "channel", "contact", "message", "by", "at", "words"]
        read_only_fields = fields

    def get_account(self, telling: Telling) -> str:
        return f"A-{telling.affected.account_id}"

    def get_cause(self, telling: Telling) -> str:
        return f"R-{telling.affected.cause_id}"


class DraftBody(Body):
    cause = RefField(Cause)


class AmendmentBody(Body):
    title = serializers.CharField(max_length=TITLE_LIMIT, required=False)
    happened = serializers.CharField(max_length=PART_LIMIT, required=False)
    changed = serializers.CharField(max_length=PART_LIMIT, required=False)
    how_we_know = serializers.CharField(max_length=PART_LIMIT, required=False)
    owed = serializers.CharField(max_length=PART_LIMIT, required=False, allow_blank=True)


class ApprovalBody(Body):
    despite = serializers.CharField(max_length=2000, required=False, allow_blank=True)


class TallySerializer(serializers.Serializer[Any]):
    now = serializers.IntegerField()
    later = serializers.IntegerField()
    hand = serializers.IntegerField()
    out = serializers.IntegerField()
    left = serializers.IntegerField()
    says = serializers.CharField()


class OnRosterBody(Body):
    """One account on the roster of one cause."""

    account = RefField(Account)
    cause = RefField(Cause)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        account, cause = attrs.pop("account"), attrs.pop("cause")
        row = Affected.objects.filter(account=account, cause=cause).select_related("account", "cause").first()
        if row is None:
            raise serializers.ValidationError(f"{account.name} is not on the roster of {cause.ref}.")
        return {**attrs, "affected": row}


class SendingBody(OnRosterBody):
    channel = serializers.ChoiceField(Channel.choices, required=False, allow_blank=True)
    any_hour = serializers.BooleanField(required=False)
    override_reason = serializers.CharField(max_length=2000, required=False, allow_blank=True)


class TellingBody(OnRosterBody):
    channel = serializers.ChoiceField(Channel.choices)
    words = serializers.CharField(max_length=WORDS_LIMIT, required=False, allow_blank=True)


class AttemptBody(Body):
    outcome = serializers.ChoiceField(Attempt.Outcome.choices)
    words = serializers.CharField(max_length=WORDS_LIMIT, required=False, allow_blank=True)
    answer = serializers.ChoiceField(Verdict.Answer.choices, required=False, allow_blank=True)


class BounceBody(Body):
    words = serializers.CharField(max_length=2000, required=False, allow_blank=True)


class FixNoteViewSet(HouseViewSet):
    """The note of a cause, by the reference of the cause: its newest text."""

    rows = FixNote
    queryset = FixNote.objects.none()  # what the schema reads the kind from; `get_queryset` decides
    serializer_class = FixNoteSerializer

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("cause", "drafted_by", "approval__by")

    def get_object(self) -> FixNote:
        newest: FixNote | None = (
            self.get_queryset().filter(cause=number("R", self.kwargs["ref"])).order_by("-revision").first()
        )
        if newest is None:
            raise Http404
        return newest

    @extend_schema(request=DraftBody, responses={201: FixNoteSerializer}, parameters=[KEY])
    def create(self, request: Request) -> Response:
        """Draft the fix note of a cause from its chain."""
        return self.answer(FixNote.objects.draft(by=self.person, **self.read(DraftBody)), created=True)

    @extend_schema(request=AmendmentBody, parameters=[MATCH])
    def partial_update(self, request: Request, ref: str) -> Response:
        """Change the words; an approved note begins a new revision."""
        note = self.get_object().amend(by=self.person, version=self.version(), **self.read(AmendmentBody))
        return self.answer(note)

    @act("approval", ApprovalBody)
    def approval(self, request: Request, ref: str) -> Response:
        """Answer for the words."""
        return self.do(FixNote.approve, ApprovalBody)

    @extend_schema(responses=TallySerializer)
    @act("mailing")
    def mailing(self, request: Request, ref: str) -> Response:
        """Tell everybody of the cause who can be told."""
        tally = mailing.send_all(by=self.person, cause=self.get_object().cause)
        return Response({**tally._asdict(), "says": tally.says})


class MessageViewSet(HouseViewSet):
    rows = Message
    queryset = Message.objects.none()
    serializer_class = MessageSerializer

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("account", "contact", "by", "affected", "verdict")

    @extend_schema(request=SendingBody, responses={201: MessageSerializer}, parameters=[KEY])
    def create(self, request: Request) -> Response:
        """Tell one account of a cause, with the approved note."""
        values = self.read(SendingBody)
        cause = values["affected"].cause
        note = FixNote.objects.current(cause) or FixNote.objects.newest(cause)
        if note is None:
            raise Refused(f"There is no fix note for {cause.ref} yet: draft one first.")
        return self.answer(Message.objects.send(by=self.person, note=note, **values), created=True)

    @act("stop")
    def stop(self, request: Request, ref: str) -> Response:
        return self.do(Message.stop)

    @act("attempt", AttemptBody)
    def attempt(self, request: Request, ref: str) -> Response:
        return self.do(Message.attempt, AttemptBody)

    @act("confirmation")
    def confirmation(self, request: Request, ref: str) -> Response:
        return self.do(Message.confirm)

    @act("resending")
    def resending(self, request: Request, ref: str) -> Response:
        return self.do(Message.resend)

    @act("bounce", BounceBody)
    def bounce(self, request: Request, ref: str) -> Response:
        return self.do(Message.bounce, BounceBody)

    @act("withdrawal")
    def withdrawal(self, request: Request, ref: str) -> Response:
        return self.do(Message.withdraw)

    @act("reading")
    def reading(self, request: Request, ref: str) -> Response:
        return self.do(Message.read_answer)


class TellingViewSet(HouseViewSet):
    """Who has been told of what; an account is told by a message, or here by a person who spoke to them."""

    rows = Telling
    queryset = Telling.objects.none()
    serializer_class = TellingSerializer
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("affected", "message", "contact", "by")

    def get_object(self) -> Telling:
        found: Telling = get_object_or_404(self.get_queryset(), pk=int(self.kwargs["ref"]))
        return found

    @extend_schema(request=TellingBody, responses={201: TellingSerializer}, parameters=[KEY])
    def create(self, request: Request) -> Response:
        """Somebody told them in person, or while they were on the line."""
        return self.answer(Telling.objects.tell(by=self.person, **self.read(TellingBody)), created=True)


routes = [("fix-notes", FixNoteViewSet), ("messages", MessageViewSet), ("tellings", TellingViewSet)]

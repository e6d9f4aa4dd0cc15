"""English: the table of nudges with the rule of each, and who a sentence may be about."""

import re

from rca.whys import vocabulary
from rca.whys.language import Kind, Language, Subject
from rca.whys.turning import lowered, turned
from rca.whys.vocabulary import AUXILIARIES, BASES, PAST, PRESENT


def _(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.VERBOSE)


KINDS = {
    "human_error": Kind(
        "This answer stops at a slip.",
        "Anyone could have slipped there.",
        "What made the slip possible, and why did nothing catch it?",
        _(r"""\b(?:human|user|operator|clerical|typing|typographical|keying|spelling|copying|copy-and-paste
              |data[ -]entry)(?:’s)?[ ](?:error|mistake|slip)s?\b|\bby[ ](?:mistake|accident)\b|\baccidentally\b
            |\b(?:made|makes|make)[ ](?:a|an|the[ ]same)[ ](?:\w+[ ])?(?:mistake|error|slip)\b|\btypos?\b
            |\bslips?[ ]of[ ]the[ ]\w+|\bmis-?typed\b
            |\bcareless|\bnegligen|\bsloppy\b|\b(?:not|n’t)[ ]pay(?:ing)?[ ](?:enough[ ])?attention\b|\binattenti"""),
        _(r"\berrors?[ ](?:message|code|page|log)|mistake[ ]counter"),
    ),
    "forgot": Kind(
        "This answer stops at something forgotten.",
        "People forget; that is known beforehand.",
        "Why did this depend on somebody remembering it?",
        _(r"""\bforgot\b|\bforgets\b|\b(?:was|were|is|been|then)[ ]forgotten\b|\boverlook(?:ed|s)\b
            |\b(?:nobody|no[ ]one)[ ]remembered\b|\b(?:did|does|do)[ ]not[ ]remember\b|\bslipped[ ]\w+[ ]minds?\b
            |\bfrom[ ]memory\b"""),
        _(r"easy[ ]to[ ]overlook|\bthat[ ]were[ ]forgotten"),
    ),
    "should_have": Kind(
        "This answer says what ought to have happened.",
        "What did happen made sense to somebody then.",
        "What did happen, and why did it make sense at the time?",
        _(r"""\bshould[ ](?:not[ ])?have\b|\bought[ ]to\b|\b(?:was|were)[ ]supposed[ ]to\b
            |\bmust[ ]be[ ]more[ ]careful\b"""),
        whole=False,
    ),
    "training": Kind(
        "This answer asks for training.",
        "Would a trained person never slip here?",
        "What in the work makes it hard to get right?",
        _(r"""\b(?:not|n’t|never|un|badly|poorly)[ ]?(?:been[ ])?(?:properly[ ])?trained\b|\bnot[ ]prepared[ ]for\b
            |\bre-?train|\b(?:lack[ ]of|more|better|no|needs?|not[ ]enough|too[ ]little)[ ]
              (?:training|instruction|onboarding)\b(?![ ](?:material|room|server|manual|video|budget))"""),
    ),
    "customer": Kind(
        "This answer puts it on the customer.",
        "They met what we gave them.",
        "What in our form, words or timing let that happen?",
    ),
    "person": Kind(
        "This answer names a person.",
        "If anyone else had been in that place, could it have happened too?",
        "What made it possible, whoever had been in that place?",
        _(r"""^(?:nobody|no[ ]one)(?:[ ](?:ever|really|here|there|else|had|has))?[ ]
              (?:acted|asked|checked|counted|listed|looked|noticed|opened|rang|read|reported|thought|told|tested|watched)\b
            |^(?:nobody|no[ ]one)[ ](?:checks|looks|notices|reads|counts|tests|watches)\b"""),
    ),
    "lack": Kind(
        "This answer names the missing remedy.",
        "What went wrong because it was missing?",
        "Why is it missing?",
        _(r"""(?:^|,[ ]|\b(?:and|but)[ ])there[ ](?:was|were|is|are)[ ](?:no|not[ ]any)\b
              (?![ ](?:refund|order|call|space|time|room|paper|stock|money|answer|problem|seat))
            |^(?:a[ ]|the[ ])?lack[ ]of\b|\bnot[ ]enough[ ](?!space|time|room|paper|stock|money|seats?\b)\w+
            |^no[ ]\w+(?:[ ]\w+)?[ ](?:exists?|existed|was[ ]in[ ]place|sa(?:ys|id)|cover(?:s|ed)|tells|told|name[sd])\b
            |\bno[ ](?:alert|alarm|rule|owner|check|deputy|reminder|limit|test|backup)s?[ ](?:was|were|is|are)[ ]
            |^nothing[ ](?:here[ ]|there[ ])?(?:compares|alerts|checks|tells|warns|stops|catches|reminds|shows)\b
            |\b(?:had|has|have|raised|raises)[ ]no[ ]
              (?:alert|alarm|rule|owner|check|deputy|date|reminder|limit|list|test|backup|plan)\b"""),
    ),
    "repeats": Kind(
        "This says the same again.",
        "The question and the answer share their words.",
        "What happened just before, that led to it?",
    ),
    "circle": Kind(
        "This was said further up: the chain goes round.",
        "One of the two came first.",
        "Which of the two came first, and what set it off?",
    ),
}


def _acts(word: str, subject: str) -> bool:
    """Whether a word behind such a subject is something that it did."""
    plural = subject.endswith("s") or subject in ("they", "staff", "people", "crew")
    return word in AUXILIARIES or word in PAST or word in PRESENT or (plural and word in BASES)


# One word, or two, may stand between the article and the noun: “the night clerk”, “a busy gate agent”.
NOT_BEFORE = "|".join(sorted(AUXILIARIES | vocabulary.PREPOSITIONS | vocabulary.OPENERS | vocabulary.DETERMINERS))
ENGLISH = Language(
    code="en",
    kinds=KINDS,
    subject=Subject(
        before=rf"(?:(?:the|a|an|our|one|some|that|this|its|their|your|my|every)\s+(?:(?!(?:{NOT_BEFORE})\b)[\w-]+\s+){{0,2}}"
        r"|(?:old|new|night|day|duty|previous|former|young|senior|junior)\s+)?",
        roles=vocabulary.ROLES,
        buyers=vocabulary.BUYERS,
        place=r"(?:\s+(?:in|at|on|from|of)\s+(?:the\s+)?[\w-]+)?",
        passive=_(r"""(?:was|were|is|are|had|has|have)?\s*(?:not|never)?\s*(?:been\s+)?(?:asked|tell|told|given|shown|paid
                      |able|allowed|informed|warned|overcharged|charged|sent|moved|named|called|due)\b
                    |could(?:[ ]not)?\b|can\b|cannot\b|(?:have|has|had|need|needs|needed)[ ]to\b|must\b"""),
        skipped=r"(?:also |just |simply |never |often |always )?",
        endings="s?",
        acts=_acts,
    ),
    turn=turned,
    lowered=lowered,
    because=_(r"^because[ ](?:of[ ])?"),
    behind=_(r"\b(?:before|after|which|what|when|where|who|than|that)\b"),
    small=vocabulary.SMALL,
    that="Why was that?",
    therefore="therefore",
    asks=re.compile(r"(?i)^(why|what|how)\b"),
    otherwise="else",
    first_names=frozenset(vocabulary.FIRST_NAMES),
)

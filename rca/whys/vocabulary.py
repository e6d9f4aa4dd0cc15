"""The words that questions and nudges are built with: verbs and their forms, and who may stand in a sentence."""


def _words(text: str) -> list[str]:
    return text.split()


# The verbs of shops, depots, offices and systems; a form that is not among them is never taken for a verb.
COMMON = _words("""
accept access act add adjust agree alert allow amend announce answer apologise appear apply approve argue arrange
arrive ask assign assume attach attend authorise avoid back ban bill block book borrow bounce break browse call cancel
capture care carry cause change charge chase check claim clean clear click close collect combine come compare complain
complete compute confirm confuse connect consider contact contain continue control convert cool copy correct cost count
cover crash create credit crop cross cut damage date deal debit decide declare decline decrease delay delete deliver
demand deny depend deploy describe design destroy detect develop die differ disagree disappear discard disconnect
discount discover dispatch display divide document double doubt download drain draw drive drop duplicate earn empty
enable encourage end enforce enlarge enter escalate estimate exceed exclude exist expand expect expire explain export
extend face fail fall fetch file fill filter finish fit fix flag flood follow force forward freeze fulfil gather
generate glue grant group grow guess halt handle hang happen hear help hide hold ignore import improve include increase
inform insert inspect insist install invite involve issue join jump keep kick know label lack last launch leak learn
leave let lift limit link list listen load lock log look lose lower mail maintain make manage mark match matter mean
measure meet mend mention merge migrate miss mistake mix move multiply name need neglect note notice notify observe
occur offer omit open operate order overcharge overflow overlook overload override overwrite own pack page park pass
paste pause pay perform permit pick place plan play point post pour prefer prepare present press prevent print process
produce promise prompt protect prove provide publish pull pump purge push put quote raise reach react read receive
recognise recommend reconnect record recover redirect reduce refer refuse refund register reject relate release rely
remain remember remind remove rename renew repair repeat replace reply report request require reserve reset resolve
respond restart restore restrict result retire retry return reuse reveal reverse review ring round route run save say
scan schedule seal search see seem select sell send separate serve set settle share ship shift show shrink shut sign
sit skip slip slow sort split spoil stand start state stay stick stock stop store strike submit suffer suggest suit
supply support suppose surprise suspend swap switch take tell tend test throw tick tie time touch trace track train
transfer travel treat trigger trust try turn type understand undo update upgrade upload use validate vary verify visit
wait walk want warn wash watch wear weigh wipe withdraw work worry wrap write
""")

IRREGULAR = {
    past: base
    for pair in _words("""
    became-become began-begin blew-blow bought-buy broke-break brought-bring built-build came-come caught-catch
    chose-choose cost-cost cut-cut dealt-deal did-do drew-draw drove-drive fed-feed fell-fall felt-feel fought-fight
    flew-fly forgot-forget found-find froze-freeze gave-give got-get grew-grow heard-hear held-hold hid-hide hit-hit
    hung-hang hurt-hurt kept-keep knew-know laid-lay learnt-learn led-lead left-leave lent-lend let-let lit-light
    lost-lose made-make meant-mean met-meet misread-misread mistook-mistake overrode-override overslept-oversleep
    overwrote-overwrite paid-pay put-put quit-quit ran-run rang-ring read-read rose-rise said-say sank-sink sat-sit
    saw-see sent-send set-set shook-shake shrank-shrink shut-shut slept-sleep slid-slide sold-sell spent-spend
    split-split spoke-speak spread-spread stole-steal stood-stand stuck-stick struck-strike swept-sweep swore-swear
    taught-teach thought-think threw-throw told-tell took-take tore-tear understood-understand undid-undo went-go
    withdrew-withdraw woke-wake won-win wore-wear wrote-write burnt-burn spoilt-spoil
    """)
    for past, base in [pair.split("-")]
}
PARTICIPLES = set(_words("""
been begun blown broken chosen come done drawn driven fallen forgotten frozen given gone gotten grown hidden known lain
mistaken overridden overwritten ridden risen run rung seen shaken shown shrunk spoken stolen sunk sworn taken thrown
torn undone withdrawn woken worn written
"""))  # fmt: skip

DETERMINERS = set(_words("""
a an the this that these those my your his her its our their no every each any some another both either neither one two
three four five which whose last next
"""))  # fmt: skip
PREPOSITIONS = set(_words("""
about above across after against along among around as at before behind below beneath beside between beyond by despite
during except for from in inside into like near of off on onto out outside over past per since than through to toward
towards under until up upon via with within without
"""))  # fmt: skip
PRONOUNS = set(_words("""
i you he she it we they nobody nothing none everybody everyone everything somebody someone something anybody anyone
there this that these those no one people
"""))  # fmt: skip
# Words after which another verb belongs to a clause of its own.
OPENERS = set(_words("""
that which who whom whose whether if when whenever because before after until while where how why what since as than
and or but so although though unless once
"""))  # fmt: skip
AUXILIARIES = set(_words("""
am is are was were be has have had can could will would shall must may might should do does did
"""))  # fmt: skip

# Who a sentence may be about, for the nudges.
ROLES = _words("""
manager supervisor boss director clerk cashier driver courier agent operator worker colleague employee staff team lead
leader foreman picker packer buyer seller salesman saleswoman salesperson rep representative receptionist secretary
assistant apprentice trainee intern temp newcomer technician engineer developer programmer administrator admin tester
accountant bookkeeper planner dispatcher storekeeper shopkeeper cook chef waiter waitress nurse doctor teacher cleaner
guard porter owner person man woman guy lady people someone somebody he she captain pilot crew officer inspector
baker butcher barber coach instructor trainer caretaker mechanic electrician plumber fitter surgeon consultant
pharmacist midwife paramedic therapist steward stewardess attendant host controller coordinator analyst architect
librarian tutor lecturer warden editor designer handler loader surveyor treasurer head chief deputy volunteer
usher janitor postman reviewer auditor examiner
""")
BUYERS = _words("""
customer client guest user buyer shopper patient caller reader subscriber tenant passenger visitor resident citizen
member applicant student pupil parent traveller diner borrower donor householder learner viewer
""")
FIRST_NAMES = _words("""
adam alan alex alice amy andrew anna anne ben bob carol charles chris claire daniel dave david diana emma eric fred
george hannah harry helen ian jack james jane janet jason jean jenny jim joan joe john jonathan julia julie karen kate
kevin laura linda lisa liz lucy luke margaret maria mark martin mary matt michael mike nick nicola olivia oscar patrick
paul peter phil rachel richard rob robert robin ruth sally sam sandra sarah simon sophie steve stuart sue susan thomas
tim tom tony victoria wendy will
""")

# Words that say nothing when two sentences are compared.
SMALL = set(
    _words("the a an of to in on at for and or it its is was were are be been by with that this they them no not")
)

VOWELS = "aeiou"


def _past(base: str) -> set[str]:
    if base.endswith("e"):
        return {base + "d"}
    if base.endswith("y") and base[-2] not in VOWELS:
        return {base[:-1] + "ied"}
    forms = {base + "ed"}
    if base[-1] not in "aeiouwxy" and base[-2] in VOWELS and base[-3:-2] not in set(VOWELS):
        forms.add(base + base[-1] + "ed")
    return forms


def third(base: str) -> str:
    """check to checks, match to matches, carry to carries, do to does."""
    if base.endswith(("s", "x", "z", "ch", "sh", "o")):
        return base + "es"
    if base.endswith("y") and base[-2] not in VOWELS:
        return base[:-1] + "ies"
    return base + "s"


BASES = set(COMMON) | set(IRREGULAR.values())
# Each form to its base; the irregular ones have the last word.
PAST = {form: base for base in COMMON if base not in IRREGULAR.values() for form in _past(base)} | IRREGULAR
PRESENT = {third(base): base for base in BASES}

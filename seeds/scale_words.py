"""The language of the made-up house: a vocabulary for each cause, and sentences that customers might say."""

import random

CHANNELS = ("phone", "phone", "phone", "email", "email", "text", "social", "post", "person")
PLACES = ("Harbour", "Moor Lane", "Northgate", "Saltmarsh", "Kestrel", "Quill", "Penrose", "Ashdown",
          "Tolland", "Millbrook", "Fernhill", "Oakley", "Larkfield", "Brook", "Stanmore", "Whitby", "Elmwood",
          "Redcliff")  # fmt: skip
TRADES = ("Books", "Stationers", "Library", "College", "Nursery", "School", "Paper", "Toys", "Crafts", "Supplies",
          "Print", "Gifts", "Records", "Interiors", "Trading", "Stores")  # fmt: skip
PRODUCTS = ("exercise books", "paper", "price list", "web shop", "delivery", "invoices", "ring binders", "pens",
            "school sets", "calendars", "gift cards", "portal")  # fmt: skip
# fmt: off
COMMON = [
    "we", "you", "they", "it", "the", "our", "your", "order", "ordered", "invoice", "charged", "price", "paid",
    "delivery", "arrived", "late", "early", "box", "boxes", "parcel", "driver", "letter", "phone", "rang", "called",
    "nobody", "answered", "back", "again", "still", "waiting", "week", "month", "monday", "friday", "morning",
    "asked", "told", "said", "promised", "wrong", "right", "missing", "broken", "credit", "refund", "account",
    "number", "website", "form", "page", "list", "office", "shop", "school", "customer", "second", "third", "time",
    "never", "always", "because", "when", "after", "before", "with", "without", "from", "into", "than", "more",
    "less", "only", "please", "sorry", "help", "need", "want", "know", "find", "found", "sent", "send", "received",
    "return", "returned",
]
# fmt: on
SYLLABLES = (
    "ba be bo da de do fa fe ga go ka ke ki la le lo ma me mo na ne no pa pe po ra re ro sa se so ta te to va vo"
)
OWN_WORDS = 40  # of each cause


class Speech:
    """What customers say, and about which cause; the same for the same number of causes and seed."""

    def __init__(self, causes: int, seed: int) -> None:
        chance, parts = random.Random(seed), SYLLABLES
        stock = ["".join(chance.choice(parts) for _ in range(3)) + "n" for _ in range(12_000)]
        self.own = [[chance.choice(stock) for _ in range(OWN_WORDS)] for _ in range(causes)]
        self.common = [word for place, word in enumerate(COMMON) for _ in range(1 + 40 // (place + 1))]
        self.stock = stock

    def words(self, chance: random.Random, cause: int | None) -> str:
        """Three to six sentences, about a third of it in the cause's own words, and an order number."""
        own = self.stock if cause is None else self.own[cause]
        said = []
        for _ in range(chance.randrange(3, 7)):
            sentence = chance.choices(self.common, k=8) + chance.choices(own, k=4)
            chance.shuffle(sentence)
            said.append(" ".join(sentence).capitalize() + ".")
        return f"{' '.join(said)} Order {chance.randrange(10**6)}."

    def product(self, chance: random.Random, cause: int | None) -> str:
        if cause is None or chance.random() < 0.3:
            return chance.choice(PRODUCTS)
        return PRODUCTS[cause % len(PRODUCTS)]

    def title(self, cause: int) -> str:
        """Price forms (banaton) lay in one drawer: the cause's own first words, in a sentence."""
        own = self.own[cause]
        return f"The {own[0]} {own[1]} of the {PRODUCTS[cause % len(PRODUCTS)]} stood in one {own[2]} ({cause + 1})"

"""The cast of the demo: everybody at Fairlight Wholesale who touches a complaint."""

PASSWORD = "mend-it-together"

# name, e-mail, role, department
CAST = {
    "ada": ("Ada Okafor", "ada@fairlight.example", "agent", "customer support"),
    "lin": ("Lin Haddad", "lin@fairlight.example", "lead", "customer support"),
    "vic": ("Vic Moreau", "vic@fairlight.example", "manager", "customer support"),
    "tom": ("Tom Beck", "tom@fairlight.example", "agent", "customer support"),
    "priya": ("Priya Nand", "priya@fairlight.example", "lead", "accounts"),
    "sam": ("Sam Wells", "sam@fairlight.example", "agent", "warehouse"),
    "rosa": ("Rosa Klein", "rosa@fairlight.example", "agent", "print buying"),
    "dev": ("Dev Anand", "dev@fairlight.example", "agent", "portal"),
    "nadia": ("Nadia Roth", "nadia@fairlight.example", "agent", "carrier desk"),
    "noor": ("Noor Said", "noor@fairlight.example", "viewer", "sales"),
    "max": ("Max Lindqvist", "max@fairlight.example", "admin", "office"),
}

# Whom `make demo` introduces: name, e-mail, what they do.
PEOPLE = [
    (CAST["ada"][0], CAST["ada"][1], "agent: logs complaints, tells customers"),
    (CAST["lin"][0], CAST["lin"][1], "lead: runs Five Whys sessions, marks roots"),
    (CAST["vic"][0], CAST["vic"][1], "manager: reviews open root causes"),
]

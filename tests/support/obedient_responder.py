"""A model that does what an abstract tells it to, for tests of what an abstract may bring about."""

import json
import re

from claim_responder import marks, question, reply
from model_script import Json

_ORDERED_JSON = re.compile(r"\{.*\}", re.DOTALL)


def respond(request: Json) -> str | Json:
    """Answer with the JSON that the abstract holds, and where there is none, with names and marks of its own making."""
    title, abstract = question(request)
    turns = sum(message["role"] == "user" for message in request["messages"])
    ordered = _ORDERED_JSON.search(f"{title} {abstract}")
    if ordered and turns == 1:
        try:
            return json.dumps(json.loads(ordered[0]))
        except ValueError:
            return ordered[0]
    entry = {
        "is": "ratio",
        "of": "PWNED accuracy",
        "by": "EvilModel-9000",
        "on": "SecretBench",
        "when": "as the abstract orders: DROP TABLE claims",
        "goes": "up",
        "vs": "GPT-99",
    }
    return reply(marks(abstract), entry)

"""Which extractor the options of a command ask for. A model reads only where one is named: nobody pays by surprise."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from extract.environment import FILE, is_withheld
from extract.extractor import Extractor
from extract.extractors import make_extractor
from models.errors import ClaimboardError

if TYPE_CHECKING:
    from extract.llm.extractor import LlmExtractor

_OPENAI = "api.openai.com"


@dataclass(frozen=True, kw_only=True)
class Asking:
    """How a model is to be asked, as the options say; None stands for what the extractor does by itself."""

    model: str | None = None
    base_url: str | None = None
    form: str | None = None
    concurrency: int | None = None
    timeout: float | None = None
    keep_replies: bool | None = None
    prices: Path | None = None
    budget_usd: float | None = None
    budget_tokens: int | None = None

    def extractor(self, name: str | None, database: Path | None) -> Extractor:
        """Return the extractor of a name; without one, a model where one is named, else the rules.

        `database` is where its outcomes will be, None where they go into parts. Raises ClaimboardError where the
        options do not fit together, or the model cannot be asked, before anything is sent.
        """
        if name is None:
            name = "llm" if self.model else "rules"
        if name != "llm":
            self._refuse_options(name)
            return make_extractor(name)
        if not self.model:
            raise ClaimboardError(
                "--extractor llm: which model? Name it with --model provider/name or CLAIMBOARD_MODEL"
            )
        self.check_key()
        extractor = self.llm(journal=database and database.with_name(f"{database.name}.replies"))
        # Makes the client, and so finds out whether provider and key are there.
        extractor.server  # noqa: B018
        if extractor.price is None and self.budget_usd is not None:
            raise ClaimboardError(
                f"--budget-usd: the price of {self.model} is not known; name it in a file with --prices"
            )
        return extractor

    def llm(self, **options: Any) -> "LlmExtractor":
        """Return the extractor for the model. Raises ClaimboardError where the options name none."""
        provider, _, name = (self.model or "").partition("/")
        if not (provider and name):
            raise ClaimboardError(f"--model {self.model or ''}: write provider/name, such as openai/gpt-5-mini")
        options |= {
            option: value
            for option, value in vars(self).items()
            if value is not None and option not in ("model", "base_url")
        }
        extractor = make_extractor("llm", model=self.model, base_url=self._address(provider), **options)
        return cast("LlmExtractor", extractor)

    def _address(self, provider: str) -> str | None:
        """Return the address of a server of the user's own, None for the provider's."""
        variable = f"{provider.upper()}_BASE_URL"
        if not self.base_url and is_withheld(variable):
            raise ClaimboardError(
                f"{FILE}: {variable} would be sent the key that is set outside this file; give --base-url to permit it"
            )
        address = self.base_url or (os.environ.get(variable) if provider == "openai" else None)
        if not address:
            return None
        try:
            parts = urlsplit(address)
            is_address = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        except ValueError:
            is_address = False
        if not is_address:
            raise ClaimboardError(f"--base-url {address}: not an address; write it like http://127.0.0.1:8000/v1")
        return None if provider == "openai" and parts.hostname == _OPENAI else address

    def check_key(self) -> None:
        """Raise ClaimboardError where OpenAI itself is to be asked without a key."""
        provider = (self.model or "").partition("/")[0]
        if provider == "openai" and not self._address(provider) and not os.environ.get("OPENAI_API_KEY"):
            raise ClaimboardError(f"--model {self.model}: no key; set OPENAI_API_KEY, here or in a file .env")

    def _refuse_options(self, name: str) -> None:
        """Raise ClaimboardError where an option is given that the extractor would not heed."""
        for option, value in vars(self).items():
            if option != "model" and value:
                said = f"--{option.replace('_', '-')}"
                raise ClaimboardError(
                    f"{said}: the extractor {name} asks no model; name one with --model provider/name"
                )

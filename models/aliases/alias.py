"""What an alias is: a name that papers print, and the name that it counts as."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from models.errors import ClaimboardError
from models.vocabulary import NameKind, normal_form


def _a_name(text: str) -> str:
    text = " ".join(text.split())
    if not normal_form(text):
        raise ValueError("an empty name")
    # JSON and file names can hold lone surrogates, UTF-8 cannot.
    return text.encode("utf-8", "replace").decode("utf-8")


Name = Annotated[str, AfterValidator(_a_name)]


class Alias(BaseModel):
    """One printed name and what it counts as; white space is one space, and no name is empty."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: NameKind = Field(description="What both are names of")
    printed: Name = Field(description="The name that papers print, in any spelling")
    name: Name = Field(description="What it counts as: the name to show")

    @classmethod
    def checked(cls, kind: NameKind, printed: str, name: str, place: str | None = None) -> "Alias":
        """Return an alias. Raises ClaimboardError, which says the place where it stands, where it is none."""
        try:
            return cls(kind=kind, printed=printed, name=name)
        except ValidationError as error:
            problem = error.errors()[0]
            field = ".".join(map(str, problem["loc"]))
            reason = problem["msg"].removeprefix("Value error, ")
            if problem["type"] == "literal_error":
                reason = f"{str(problem['input'])[:40]!r} is none of {problem['ctx']['expected']}"
            message = f"{field}: {reason}: nothing was added"
            raise ClaimboardError(f"{place}: {message}" if place else message) from error

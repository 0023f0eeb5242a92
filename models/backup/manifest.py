"""What a backup says of itself, and whether its files are those that it was made with."""

import hashlib
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from models.errors import ClaimboardError
from models.paper import digest

FORMAT = 1
"""Which form of backup this claimboard writes, and the newest that it reads."""

NAME = "manifest.json"


class TableFile(BaseModel):
    """The file of one table, named after it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rows: int = Field(ge=0)
    bytes: int = Field(ge=0)
    sha256: str = Field(pattern="^[0-9a-f]{64}$")


class Manifest(BaseModel):
    """The whole of a backup, without its rows."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: int = FORMAT
    claimboard: str = Field(description="The version that made it")
    schema_version: int = Field(ge=1, description="As in store.meta")
    made_at: str = Field(description="UTC, in ISO 8601")
    tables: dict[str, TableFile]
    digest: str = Field("", description="Of all the other fields")

    def sealed(self) -> Self:
        """Return the manifest with the digest that belongs to it."""
        return self.model_copy(update={"digest": self._digest()})

    def write(self, folder: Path) -> None:
        """Write it into a folder. Raises OSError where it cannot be written."""
        (folder / NAME).write_text(self.model_dump_json(indent=2) + "\n", "utf-8")

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read the manifest of a backup. Raises ClaimboardError where the folder has none that can be relied on."""
        try:
            data = (folder / NAME).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            what = "is no backup of claimboard: it has no manifest.json" if folder.is_dir() else "is not a folder"
            raise ClaimboardError(f"{folder} {what}: name a folder that claimboard backup made") from None
        except OSError as error:
            raise ClaimboardError(f"{folder / NAME}: {error.strerror}: check its permissions") from error
        try:
            form = _Form.model_validate_json(data).format
            if form > FORMAT:
                raise ClaimboardError(
                    f"{folder} was made by a newer claimboard (backup format {form}, this one reads {FORMAT}): "
                    "upgrade claimboard"
                )
            manifest = cls.model_validate_json(data)
        except ValidationError as error:
            problem = error.errors()[0]
            place = ".".join(map(str, problem["loc"]))
            message = f"{place}: {problem['msg']}" if place else problem["msg"]
            raise _damaged(folder / NAME, " ".join(message.split())) from error
        if manifest.digest != manifest._digest():
            raise _damaged(folder / NAME, "it is not as it was written")
        return manifest

    def check_files(self, folder: Path) -> None:
        """Raise ClaimboardError where a file is missing or is not the one that was written.

        What else is in the folder, such as what a file manager leaves there, is nothing to a backup.
        """
        for table, file in self.tables.items():
            path = table_file(folder, table)
            try:
                size, sha256 = path.stat().st_size, sha256_of(path)
            except FileNotFoundError:
                raise _damaged(folder, f"{path.name} is missing") from None
            except OSError as error:
                raise ClaimboardError(f"{path}: {error.strerror}: check its permissions") from error
            if (size, sha256) != (file.bytes, file.sha256):
                raise _damaged(
                    path,
                    f"{size:,} bytes where {file.bytes:,} were written"
                    if size != file.bytes
                    else "its SHA-256 is not the one in the manifest",
                )

    def _digest(self) -> str:
        return digest(self.model_copy(update={"digest": ""}).model_dump_json())


class _Form(BaseModel):
    """The one field that every format has."""

    format: int = Field(ge=1)


def table_file(folder: Path, table: str) -> Path:
    """Return the file of a table in a backup."""
    return folder / f"{table}.parquet"


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal. Raises OSError where it cannot be read."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _damaged(path: Path, why: str) -> ClaimboardError:
    return ClaimboardError(f"{path}: the backup is damaged: {why}: nothing was restored; use another backup")

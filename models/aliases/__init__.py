"""Names of the user's own: which printed names count as one, and which probably should."""

from models.aliases.alias import Alias
from models.aliases.files import read_aliases, write_aliases
from models.aliases.likeness import Pair
from models.aliases.suggestions import suggestions
from models.aliases.table import Aliases, Counted

__all__ = ["Alias", "Aliases", "Counted", "Pair", "read_aliases", "suggestions", "write_aliases"]

"""The LLM extractor: a model says what each marked number means, and never types one."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from extract.llm.extractor import LlmExtractor

__all__ = ["LlmExtractor"]


def __getattr__(name: str) -> Any:
    """Import the extractor when it is asked for: the clients of model servers are heavy, and the rest needs none."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from extract.llm.extractor import LlmExtractor  # noqa: PLC0415

    return LlmExtractor

"""The providers of all batches of a store, and what they say of them."""

from extract.batch.provider import Provider
from extract.llm.server import Server
from models.batches import Batch, Batches


class Providers:
    """One provider per model and address, made when it is first needed."""

    def __init__(self, batches: Batches) -> None:
        self._batches = batches
        self._made: dict[tuple[str, str | None], Provider] = {}

    def of(self, batch: Batch) -> Provider:
        """Return the provider that a batch is handed over to. Raises ClaimboardError where there is no key for it."""
        key = (batch.model, batch.base_url)
        if key not in self._made:
            self._made[key] = Provider(Server(*key))
        return self._made[key]

    def started(self, batch: Batch) -> Batch:
        """Return a batch, with the provider's id of it where that has it.

        It may have started while the word of it was lost; this asks the provider, and remembers the answer.
        """
        if batch.state == "starting" and (provider_id := self.of(batch).find(batch.batch_id)):
            self._batches.started(batch.batch_id, provider_id)
            return batch.model_copy(update={"state": "running", "provider_id": provider_id})
        return batch

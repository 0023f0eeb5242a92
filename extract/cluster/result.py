"""What a run on a cluster did, added up from what became of its chunks."""

from dataclasses import dataclass, field

from extract.cluster.task import Report
from models.run import Usage


@dataclass(slots=True)
class ClusterResult:
    """What a run did, in entries where nothing else is said: only a store knows which are of one paper."""

    nodes: int = 0
    """Machines in the cluster when the run began."""
    cores: int = 0
    """Their cores, as Ray counts them."""
    entries: int = 0
    """Those of the sources that are in parts now. Where the run was stopped, chunks that were not begun count as none,
    whatever an earlier run has read of them."""
    read: int = 0
    """Those read now; the others were in parts already."""
    claims: int = 0
    """Claims in those read now."""
    failed: int = 0
    skipped: int = 0
    """Those read now about which nobody had to be asked."""
    refusals: int = 0
    """Sources and records that were not understood."""
    seconds: float = 0.0
    interrupted: bool = False
    stopped: str | None = None
    """Why nothing more could be read: a budget that would have been exceeded, a server that is gone."""
    usage: Usage = field(default_factory=Usage)
    """What a model server was asked for."""

    @property
    def already_done(self) -> int:
        """Entries that a part had already."""
        return self.entries - self.read

    def add(self, report: Report) -> None:
        """Count what became of a chunk."""
        self.entries += report.entries
        self.read += report.read
        self.claims += report.claims
        self.failed += report.failed
        self.skipped += report.skipped
        self.usage += report.usage

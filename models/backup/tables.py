"""Which tables of a store are copied: all but those that claimboard makes from others, or brings along."""

KEPT = (
    "batch_papers",
    "batch_replies",
    "batches",
    "claims",
    "outcomes",
    "papers",
    "replies",
    "runs",
    "sources",
    "texts",
    "user_aliases",
    "verdicts",
    "worklist",
)

-- How far runs are, for whoever watches one from outside: the run itself may be in any process, on any machine.

CREATE OR REPLACE VIEW run_progress AS
WITH lists AS (
    SELECT run_id, count(*) AS listed, count(*) FILTER (pending) AS pending
    FROM store.worklist
    GROUP BY run_id
), latest AS (
    SELECT run_id, max(finished_at) AS stored_at
    FROM store.outcomes
    SEMI JOIN lists USING (run_id)
    GROUP BY run_id
), pace AS (
    -- Papers come in batches, so the first minute counts from the start of the run.
    SELECT latest.run_id, latest.stored_at, count(*)
        / nullif(epoch(latest.stored_at) - epoch(greatest(runs.started_at, latest.stored_at - INTERVAL 1 MINUTE)), 0)
        AS papers_per_second
    FROM latest
    JOIN store.runs ON runs.run_id = latest.run_id
    JOIN store.outcomes ON outcomes.run_id = latest.run_id
        AND outcomes.finished_at > latest.stored_at - INTERVAL 1 MINUTE
    GROUP BY latest.run_id, latest.stored_at, runs.started_at
)
SELECT runs.run_id, runs.extractor, json_extract_string(runs.parameters, '$.model') AS model, runs.sources,
    runs.status, runs.started_at,
    lists.listed, lists.pending, lists.listed - lists.pending AS read_count, runs.failed_count,
    pace.stored_at, pace.papers_per_second,
    CASE WHEN pending > 0 THEN pending / pace.papers_per_second END AS seconds_left
FROM lists
JOIN store.runs ON runs.run_id = lists.run_id
LEFT JOIN pace ON pace.run_id = lists.run_id;
COMMENT ON VIEW run_progress IS 'One row per run that has not finished: how far it is, and how fast it goes; ledger has all runs';
COMMENT ON COLUMN run_progress.run_id IS 'Names the run';
COMMENT ON COLUMN run_progress.extractor IS 'Who reads: llm or rules';
COMMENT ON COLUMN run_progress.model IS 'The model that is asked, as provider/name; null for the rules';
COMMENT ON COLUMN run_progress.sources IS 'Locations as given to the run';
COMMENT ON COLUMN run_progress.status IS 'running (also where it was killed), interrupted, stopped (by a budget) or failed';
COMMENT ON COLUMN run_progress.started_at IS 'UTC';
COMMENT ON COLUMN run_progress.listed IS 'Papers of its sources, so far as they have been read';
COMMENT ON COLUMN run_progress.pending IS 'Those that are still to be read';
COMMENT ON COLUMN run_progress.read_count IS 'Those that are read, by this run or before';
COMMENT ON COLUMN run_progress.failed_count IS 'Papers that failed in this run';
COMMENT ON COLUMN run_progress.stored_at IS 'UTC, when it last stored a paper; null before the first';
COMMENT ON COLUMN run_progress.papers_per_second IS 'Over the minute before that';
COMMENT ON COLUMN run_progress.seconds_left IS 'At that pace; null where nothing is left, or no pace is known';

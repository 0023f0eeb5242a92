CREATE OR REPLACE VIEW outcomes AS
SELECT outcomes.paper_id, papers.title, runs.extractor, json_extract_string(runs.parameters, '$.model') AS model,
    outcomes.fingerprint, outcomes.status, outcomes.reason, outcomes.mention_count, outcomes.claim_count,
    outcomes.calls, outcomes.tokens_in, outcomes.tokens_cached, outcomes.tokens_out, outcomes.seconds,
    outcomes.cost_usd, outcomes.run_id, outcomes.finished_at
FROM store.outcomes
JOIN store.runs USING (run_id)
JOIN store.current_papers AS papers USING (paper_id, text_hash);
COMMENT ON VIEW outcomes IS 'One row per paper and extractor: how the current text came out, and what reading it took. What earlier readings took is in ledger';
COMMENT ON COLUMN outcomes.paper_id IS 'The paper';
COMMENT ON COLUMN outcomes.title IS 'Its title';
COMMENT ON COLUMN outcomes.extractor IS 'Who read it: llm or rules';
COMMENT ON COLUMN outcomes.model IS 'The model that was asked, as provider/name; null for the rules';
COMMENT ON COLUMN outcomes.fingerprint IS 'Names extractor, version and parameters';
COMMENT ON COLUMN outcomes.status IS 'done, failed, or skipped: no number in the abstract, or none that may be a claim, so no call';
COMMENT ON COLUMN outcomes.reason IS 'Why it failed';
COMMENT ON COLUMN outcomes.mention_count IS 'Numbers in the abstract';
COMMENT ON COLUMN outcomes.claim_count IS 'Claims among them';
COMMENT ON COLUMN outcomes.calls IS 'Requests to a model server, repeated ones included; null where none was needed';
COMMENT ON COLUMN outcomes.tokens_in IS 'Prompt tokens, cached ones included';
COMMENT ON COLUMN outcomes.tokens_cached IS 'Prompt tokens that the server had cached';
COMMENT ON COLUMN outcomes.tokens_out IS 'Completion tokens';
COMMENT ON COLUMN outcomes.seconds IS 'From the first request to the last reply';
COMMENT ON COLUMN outcomes.cost_usd IS 'US dollars by the table of prices; null where the price is not known';
COMMENT ON COLUMN outcomes.run_id IS 'The run that read it';
COMMENT ON COLUMN outcomes.finished_at IS 'UTC, when it was stored';

CREATE OR REPLACE VIEW ledger AS
SELECT runs.run_id, runs.extractor, json_extract_string(runs.parameters, '$.model') AS model,
    json_extract_string(runs.parameters, '$.address') AS address,
    json_extract_string(runs.parameters, '$.form') AS form,
    runs.fingerprint, runs.status, runs.reason, runs.started_at, runs.finished_at,
    runs.paper_count, runs.skipped_count, runs.failed_count, runs.calls,
    runs.tokens_in, runs.tokens_cached, runs.tokens_out,
    nullif(runs.seconds, 0) / nullif(runs.paper_count - runs.skipped_count, 0) AS seconds_per_paper, runs.cost_usd
FROM store.runs;
COMMENT ON VIEW ledger IS 'One row per run: which model was asked, how the run ended, and all that it took';
COMMENT ON COLUMN ledger.run_id IS 'Names the run';
COMMENT ON COLUMN ledger.extractor IS 'Who read: llm or rules';
COMMENT ON COLUMN ledger.model IS 'The model that was asked, as provider/name; null for the rules';
COMMENT ON COLUMN ledger.address IS 'Where it was asked';
COMMENT ON COLUMN ledger.form IS 'How the schema of the reply was sent: json_schema, tools or json';
COMMENT ON COLUMN ledger.fingerprint IS 'Names extractor, version and parameters';
COMMENT ON COLUMN ledger.status IS 'running (also where it was killed), finished, interrupted, stopped (by a budget) or failed';
COMMENT ON COLUMN ledger.reason IS 'Why it was interrupted, stopped or failed';
COMMENT ON COLUMN ledger.started_at IS 'UTC';
COMMENT ON COLUMN ledger.finished_at IS 'UTC; null while it goes on';
COMMENT ON COLUMN ledger.paper_count IS 'Papers that it read, skipped and failed ones included';
COMMENT ON COLUMN ledger.skipped_count IS 'Those without a number in the abstract, or none that may be a claim: no call was needed';
COMMENT ON COLUMN ledger.failed_count IS 'Those that failed';
COMMENT ON COLUMN ledger.calls IS 'Requests to the model server, repeated ones included';
COMMENT ON COLUMN ledger.tokens_in IS 'Prompt tokens, cached ones included';
COMMENT ON COLUMN ledger.tokens_cached IS 'Prompt tokens that the server had cached';
COMMENT ON COLUMN ledger.tokens_out IS 'Completion tokens';
COMMENT ON COLUMN ledger.seconds_per_paper IS 'From the first request about a paper to the last reply, on average; null for batches, which do not tell';
COMMENT ON COLUMN ledger.cost_usd IS 'US dollars by the table of prices; null where the price is not known';

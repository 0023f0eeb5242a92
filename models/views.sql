-- What people read. Made anew whenever this text changes. Each view is one CREATE OR REPLACE VIEW in main, so that a
-- reader can make it for itself, as a temporary view, over a file that holds older ones.

CREATE OR REPLACE VIEW papers AS
WITH readings AS (
    SELECT outcomes.* EXCLUDE (run_id, finished_at), runs.extractor,
        row_number() OVER (
            PARTITION BY outcomes.paper_id
            ORDER BY outcomes.status = 'failed',
                CASE runs.extractor WHEN 'llm' THEN 1 WHEN 'rules' THEN 3 ELSE 2 END,
                outcomes.finished_at DESC, outcomes.fingerprint
        ) AS preference
    FROM store.outcomes
    JOIN store.runs USING (run_id)
    JOIN store.papers USING (paper_id, text_hash)
), places AS (
    SELECT paper_id, list(location || ':' || line ORDER BY location, line) AS sources
    FROM store.sources
    GROUP BY paper_id
)
SELECT papers.paper_id, texts.title, texts.abstract, papers.authors,
    coalesce(papers.author_count, len(papers.authors)) AS author_count,
    papers.url, papers.published, papers.date_printed, papers.arxiv_id, papers.doi,
    readings.extractor, readings.fingerprint, readings.status, readings.reason,
    coalesce(readings.status, 'failed') = 'failed' AS unread,
    readings.mention_count, readings.claim_count,
    places.sources, papers.position AS paper_position
FROM store.papers
JOIN store.texts USING (paper_id, text_hash)
LEFT JOIN readings ON readings.paper_id = papers.paper_id AND readings.preference = 1
LEFT JOIN places ON places.paper_id = papers.paper_id;
COMMENT ON VIEW papers IS 'One row per paper, with its current text and how the best reading of that text came out: the LLM''s before the rules'', a later one before an earlier, a failed one last';
COMMENT ON COLUMN papers.paper_id IS 'As the first source gave it, else arXiv id, else DOI, else made from the title';
COMMENT ON COLUMN papers.title IS 'Title as printed';
COMMENT ON COLUMN papers.abstract IS 'Abstract as printed: the longest that a source has';
COMMENT ON COLUMN papers.authors IS 'Author names, where a source has them';
COMMENT ON COLUMN papers.author_count IS 'Number of authors, where known';
COMMENT ON COLUMN papers.url IS 'Address as printed';
COMMENT ON COLUMN papers.published IS 'Publication date, where a source has a full one';
COMMENT ON COLUMN papers.date_printed IS 'The date as a source prints it, such as Jan 22';
COMMENT ON COLUMN papers.arxiv_id IS 'arXiv identifier without version';
COMMENT ON COLUMN papers.doi IS 'DOI in lower case';
COMMENT ON COLUMN papers.extractor IS 'Who made the current reading: llm or rules; null where the current text was not read yet';
COMMENT ON COLUMN papers.fingerprint IS 'Names extractor, version and parameters of the current reading';
COMMENT ON COLUMN papers.status IS 'done, failed, or skipped (no number in the abstract, or none that may be a claim); null where not read yet';
COMMENT ON COLUMN papers.reason IS 'Why it failed';
COMMENT ON COLUMN papers.unread IS 'Whether no extractor has finished the current text: not read yet, or failed';
COMMENT ON COLUMN papers.mention_count IS 'Numbers in the abstract';
COMMENT ON COLUMN papers.claim_count IS 'Claims among them';
COMMENT ON COLUMN papers.sources IS 'Every place where the paper was read, as location:line';
COMMENT ON COLUMN papers.paper_position IS 'Order in which papers were first read, from 1';

CREATE OR REPLACE VIEW claims AS
WITH names AS (
    SELECT names.kind, names.printed, coalesce(aliases.key, names.form) AS key, aliases.name
    FROM store.names
    LEFT JOIN store.aliases ON aliases.kind = names.kind AND aliases.form = names.form
), current AS (
    SELECT paper_id, title, url, published, extractor, fingerprint, paper_position
    FROM papers
), second AS (
    -- The best reading of the current text by another extractor.
    SELECT outcomes.paper_id,
        arg_min(runs.extractor, (runs.extractor <> 'llm', -epoch_us(outcomes.finished_at), outcomes.fingerprint))
            AS extractor,
        arg_min(outcomes.fingerprint, (runs.extractor <> 'llm', -epoch_us(outcomes.finished_at), outcomes.fingerprint))
            AS fingerprint
    FROM store.outcomes
    JOIN store.runs USING (run_id)
    JOIN store.papers USING (paper_id, text_hash)
    JOIN current ON current.paper_id = outcomes.paper_id AND current.extractor <> runs.extractor
    WHERE outcomes.status <> 'failed'
    GROUP BY outcomes.paper_id
), others AS (
    -- A name that is not given is the empty text here, so that null stands for no claim at the number.
    SELECT claims.paper_id, claims.claim_id, claims.kind, coalesce(claims.direction, '') AS direction,
        coalesce(metric_names.key, '') AS metric_key, coalesce(model_names.key, '') AS model_key,
        coalesce(benchmark_names.key, '') AS benchmark_key, coalesce(baseline_names.key, '') AS baseline_key
    FROM store.claims
    JOIN second ON second.paper_id = claims.paper_id AND second.fingerprint = claims.fingerprint
    LEFT JOIN names AS metric_names ON metric_names.kind = 'metric' AND metric_names.printed = claims.metric
    LEFT JOIN names AS model_names ON model_names.kind = 'model' AND model_names.printed = claims.model
    LEFT JOIN names AS benchmark_names
        ON benchmark_names.kind = 'benchmark' AND benchmark_names.printed = claims.benchmark
    LEFT JOIN names AS baseline_names ON baseline_names.kind = 'model' AND baseline_names.printed = claims.baseline
), compared AS (
    SELECT claims.*, current.title, current.url, current.published, current.extractor, current.paper_position,
        coalesce(metric_names.name, claims.metric) AS canonical_metric,
        coalesce(model_names.name, claims.model) AS canonical_model,
        coalesce(benchmark_names.name, claims.benchmark) AS canonical_benchmark,
        metric_names.key AS metric_key, model_names.key AS model_key, benchmark_names.key AS benchmark_key,
        second.extractor AS other_extractor,
        others.kind = claims.kind AS agrees_kind,
        others.metric_key = coalesce(metric_names.key, '') AS agrees_metric,
        others.model_key = coalesce(model_names.key, '') AS agrees_model,
        others.benchmark_key = coalesce(benchmark_names.key, '') AS agrees_benchmark,
        others.direction = coalesce(claims.direction, '') AS agrees_direction,
        others.baseline_key = coalesce(baseline_names.key, '') AS agrees_baseline,
        CASE
            WHEN second.extractor IS NOT NULL
            THEN coalesce(agrees_kind AND agrees_metric AND agrees_model AND agrees_benchmark, false)
        END AS agreement
    FROM store.claims
    JOIN current ON current.paper_id = claims.paper_id AND current.fingerprint = claims.fingerprint
    LEFT JOIN second ON second.paper_id = claims.paper_id
    LEFT JOIN names AS metric_names ON metric_names.kind = 'metric' AND metric_names.printed = claims.metric
    LEFT JOIN names AS model_names ON model_names.kind = 'model' AND model_names.printed = claims.model
    LEFT JOIN names AS benchmark_names
        ON benchmark_names.kind = 'benchmark' AND benchmark_names.printed = claims.benchmark
    LEFT JOIN names AS baseline_names ON baseline_names.kind = 'model' AND baseline_names.printed = claims.baseline
    LEFT JOIN others ON others.paper_id = claims.paper_id AND others.claim_id = claims.claim_id
)
SELECT claims.paper_id, claims.title, claims.url, claims.published, claims.claim_id,
    claims.value, claims.value_high, claims.unit, claims.kind, claims.bound, claims.direction, claims.basis,
    claims.metric, claims.model, claims.benchmark, claims.baseline, claims.setting,
    claims.evidence, claims.flags, calibration.share AS confidence, claims.certainty, claims.agreement,
    claims.extractor, claims.fingerprint,
    claims.number_start, claims.number_end, claims.evidence_start, claims.evidence_end,
    claims.number_start - claims.evidence_start AS quote_start,
    claims.number_end - claims.evidence_start AS quote_end,
    claims.canonical_metric, claims.canonical_model, claims.canonical_benchmark,
    claims.metric_key, claims.model_key, claims.benchmark_key,
    claims.other_extractor, claims.agrees_kind, claims.agrees_metric, claims.agrees_model, claims.agrees_benchmark,
    claims.agrees_direction, claims.agrees_baseline,
    claims.paper_position, claims.position AS claim_position
FROM compared AS claims
LEFT JOIN store.calibration ON calibration.extractor = claims.extractor
    AND calibration.agreement IS NOT DISTINCT FROM claims.agreement
    AND coalesce(claims.certainty, -1) >= calibration.certainty_from
    AND coalesce(claims.certainty, -1) < calibration.certainty_below;
COMMENT ON VIEW claims IS 'One row per claim of the current reading of each paper; store.claims keeps those of the other readings. Sort by paper_position, claim_position for the order in which they were read';
COMMENT ON COLUMN claims.paper_id IS 'The paper that makes the claim';
COMMENT ON COLUMN claims.title IS 'Its title';
COMMENT ON COLUMN claims.url IS 'Its address as printed';
COMMENT ON COLUMN claims.published IS 'Its publication date, where known';
COMMENT ON COLUMN claims.claim_id IS 'The same paper, text and number give the same id in every run';
COMMENT ON COLUMN claims.value IS 'The number as printed (84 for 84%); the lower end of a range';
COMMENT ON COLUMN claims.value_high IS 'The upper end, where a range is printed';
COMMENT ON COLUMN claims.unit IS '%, points, x, orders of magnitude, a physical unit as printed, or null for a bare number';
COMMENT ON COLUMN claims.kind IS 'score (a level), delta (a change or gap) or ratio (a multiple or share)';
COMMENT ON COLUMN claims.bound IS 'exact, up_to, at_least or approx';
COMMENT ON COLUMN claims.direction IS 'Which way the metric moves: increase or decrease; null for a score';
COMMENT ON COLUMN claims.basis IS 'absolute or relative, only where the text says so';
COMMENT ON COLUMN claims.metric IS 'What is measured, in the words of the abstract';
COMMENT ON COLUMN claims.model IS 'The method, model or system the number belongs to';
COMMENT ON COLUMN claims.benchmark IS 'Named benchmark or dataset; several are joined with a comma';
COMMENT ON COLUMN claims.baseline IS 'What a delta or ratio is against';
COMMENT ON COLUMN claims.setting IS 'Conditions that tell this number from its neighbours';
COMMENT ON COLUMN claims.evidence IS 'Verbatim run of the abstract that makes the claim readable alone';
COMMENT ON COLUMN claims.flags IS 'Why the claim deserves a second look, such as ungrounded_model or misread; empty where nothing is amiss';
COMMENT ON COLUMN claims.confidence IS 'How often claims of this extractor, certainty and agreement were right on labelled abstracts (store.calibration), 0 to 1: right in kind, unit, metric, model and benchmark; null for an extractor that was never measured';
COMMENT ON COLUMN claims.certainty IS 'The extractor''s own estimate, 0 to 1, that these five are all right; null where it gives none';
COMMENT ON COLUMN claims.agreement IS 'Whether another extractor makes the same claim of this number: same kind, metric, model and benchmark; false also where it holds the number to be no claim, null where no other finished the text';
COMMENT ON COLUMN claims.extractor IS 'Who read it: llm or rules';
COMMENT ON COLUMN claims.fingerprint IS 'Names extractor, version and parameters';
COMMENT ON COLUMN claims.number_start IS 'First character of the number in the abstract, from 0';
COMMENT ON COLUMN claims.number_end IS 'One past its last character';
COMMENT ON COLUMN claims.evidence_start IS 'First character of the evidence in the abstract, from 0';
COMMENT ON COLUMN claims.evidence_end IS 'One past its last character';
COMMENT ON COLUMN claims.quote_start IS 'First character of the number in the evidence, from 0';
COMMENT ON COLUMN claims.quote_end IS 'One past its last character';
COMMENT ON COLUMN claims.canonical_metric IS 'The metric under the name that the vocabulary shows; as printed where it knows none';
COMMENT ON COLUMN claims.canonical_model IS 'The model under the name that the vocabulary shows; as printed where it knows none';
COMMENT ON COLUMN claims.canonical_benchmark IS 'The benchmark under the name that the vocabulary shows; as printed where it knows none';
COMMENT ON COLUMN claims.metric_key IS 'What metrics are compared by: equal for all spellings and known names of one';
COMMENT ON COLUMN claims.model_key IS 'What models are compared by';
COMMENT ON COLUMN claims.benchmark_key IS 'What benchmarks are compared by';
COMMENT ON COLUMN claims.other_extractor IS 'Another extractor that finished the same text; null where none did';
COMMENT ON COLUMN claims.agrees_kind IS 'Whether its claim of this number has the same kind; null where it makes none';
COMMENT ON COLUMN claims.agrees_metric IS 'Whether it has the same metric, by metric_key, or none either';
COMMENT ON COLUMN claims.agrees_model IS 'Whether it has the same model, by model_key, or none either';
COMMENT ON COLUMN claims.agrees_benchmark IS 'Whether it has the same benchmark, by benchmark_key, or none either';
COMMENT ON COLUMN claims.agrees_direction IS 'Whether it has the same direction, or none either';
COMMENT ON COLUMN claims.agrees_baseline IS 'Whether it has the same baseline, in any spelling, or none either';
COMMENT ON COLUMN claims.paper_position IS 'Order in which papers were first read, from 1';
COMMENT ON COLUMN claims.claim_position IS 'Order of the claims of one paper, from 0';

CREATE OR REPLACE VIEW outcomes AS
SELECT outcomes.paper_id, texts.title, runs.extractor, json_extract_string(runs.parameters, '$.model') AS model,
    outcomes.fingerprint, outcomes.status, outcomes.reason, outcomes.mention_count, outcomes.claim_count,
    outcomes.calls, outcomes.tokens_in, outcomes.tokens_cached, outcomes.tokens_out, outcomes.seconds,
    outcomes.cost_usd, outcomes.run_id, outcomes.finished_at
FROM store.outcomes
JOIN store.runs USING (run_id)
JOIN store.papers USING (paper_id, text_hash)
JOIN store.texts USING (paper_id, text_hash);
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

CREATE OR REPLACE VIEW leaderboard AS
WITH scores AS (
    SELECT claims.* REPLACE (coalesce(claims.metric_key, '') AS metric_key),
        coalesce(metrics.direction, 'higher') AS better,
        metrics.direction IS NOT NULL AS direction_known,
        metrics.scale,
        value BETWEEN 0 AND 1 AND coalesce(value_high, 1) <= 1 AS within_one,
        greatest(abs(value), coalesce(value_high, 0)) <= 100 AS within_hundred
    FROM claims
    LEFT JOIN store.metrics ON metrics.metric_key = claims.metric_key
    WHERE kind = 'score' AND benchmark IS NOT NULL AND model IS NOT NULL AND NOT list_contains(flags, 'misread')
), scaled AS (
    -- Through decimals, so that 0.07 and 7% are the same number.
    SELECT * EXCLUDE (scale, within_one, within_hundred),
        CASE
            WHEN scale = 'percent' AND (unit IS NULL OR unit = 'points') AND within_hundred THEN '%'
            WHEN scale = 'fraction' AND (unit = '%' OR unit = 'points') THEN NULL
            WHEN scale = 'unit' AND unit = 'points' THEN NULL
            ELSE unit
        END AS board_unit,
        CASE
            WHEN scale = 'percent' AND unit IS NULL AND within_one THEN round(value * 100, 10)
            -- A correlation of 85.2 can only be 0.852.
            WHEN scale = 'fraction' AND (unit = '%' OR (abs(value) > 1 AND within_hundred))
            THEN round(value / 100, 12)
            ELSE value
        END AS score
    FROM scores
), best AS (
    SELECT *
    FROM scaled
    QUALIFY row_number() OVER (
        PARTITION BY benchmark_key, metric_key, board_unit, model_key
        ORDER BY CASE better WHEN 'lower' THEN score ELSE -score END, bound <> 'exact', paper_position, claim_position
    ) = 1
), spellings AS (
    SELECT what, key, arg_max(spelling, (times, spelling)) AS spelling
    FROM (
        SELECT what, key, spelling, count(*) AS times
        FROM (
            SELECT 'benchmark' AS what, benchmark_key AS key, canonical_benchmark AS spelling FROM scores
            UNION ALL SELECT 'metric', metric_key, canonical_metric FROM scores WHERE metric IS NOT NULL
            UNION ALL SELECT 'model', model_key, canonical_model FROM scores
        )
        GROUP BY ALL
    )
    GROUP BY ALL
)
SELECT
    benchmark_names.spelling AS benchmark,
    metric_names.spelling AS metric,
    best.board_unit AS unit,
    rank() OVER (board ORDER BY CASE best.better WHEN 'lower' THEN best.score ELSE -best.score END) AS rank,
    model_names.spelling AS model,
    best.score,
    best.bound = 'up_to' AS up_to,
    best.better,
    best.direction_known,
    count(*) OVER (board) AS model_count,
    count(DISTINCT best.paper_id) OVER (board) AS paper_count,
    best.value AS printed_value, best.value_high AS printed_value_high, best.unit AS printed_unit, best.bound,
    best.setting, best.evidence, best.quote_start, best.quote_end,
    best.paper_id, best.title, best.url, best.published, best.claim_id, best.flags, best.extractor,
    best.benchmark_key, best.metric_key, best.model_key, best.paper_position, best.claim_position
FROM best
JOIN spellings AS benchmark_names ON benchmark_names.what = 'benchmark' AND benchmark_names.key = best.benchmark_key
JOIN spellings AS model_names ON model_names.what = 'model' AND model_names.key = best.model_key
LEFT JOIN spellings AS metric_names ON metric_names.what = 'metric' AND metric_names.key = best.metric_key
WINDOW board AS (PARTITION BY best.benchmark_key, best.metric_key, best.board_unit);
COMMENT ON VIEW leaderboard IS 'The best score of each model per benchmark, metric and unit, as the papers report it, from the claims of kind score that name a benchmark and a model; a number flagged as misread is left out';
COMMENT ON COLUMN leaderboard.benchmark IS 'Benchmark as the vocabulary shows it, else in its most frequent spelling';
COMMENT ON COLUMN leaderboard.metric IS 'Metric as the vocabulary shows it, else in its most frequent spelling; null where the abstract names none';
COMMENT ON COLUMN leaderboard.unit IS 'Unit of score; % also where a fraction or a plain percentage of a metric that is known to be one was printed';
COMMENT ON COLUMN leaderboard.rank IS 'Place among the models of the same benchmark, metric and unit, from 1; equal scores share it';
COMMENT ON COLUMN leaderboard.model IS 'Model as the vocabulary shows it, else in its most frequent spelling';
COMMENT ON COLUMN leaderboard.score IS 'The number that is ranked, in unit; the lower end of a range';
COMMENT ON COLUMN leaderboard.up_to IS 'Whether the abstract says "up to": the best case, not the usual one';
COMMENT ON COLUMN leaderboard.better IS 'higher or lower: which way the metric is better';
COMMENT ON COLUMN leaderboard.direction_known IS 'Whether the vocabulary knows the metric; of any other, that higher is better is a guess';
COMMENT ON COLUMN leaderboard.model_count IS 'Number of models ranked on this benchmark, metric and unit';
COMMENT ON COLUMN leaderboard.paper_count IS 'Number of papers that their scores are from';
COMMENT ON COLUMN leaderboard.printed_value IS 'The number as printed';
COMMENT ON COLUMN leaderboard.printed_value_high IS 'The upper end as printed, where it is a range';
COMMENT ON COLUMN leaderboard.printed_unit IS 'The unit as printed';
COMMENT ON COLUMN leaderboard.bound IS 'exact, up_to, at_least or approx';
COMMENT ON COLUMN leaderboard.setting IS 'Conditions of the score: shots, hardware, language; models were not ranked apart by it';
COMMENT ON COLUMN leaderboard.evidence IS 'Verbatim run of the abstract that makes the claim readable alone';
COMMENT ON COLUMN leaderboard.quote_start IS 'First character of the number in the evidence, from 0';
COMMENT ON COLUMN leaderboard.quote_end IS 'One past its last character';
COMMENT ON COLUMN leaderboard.paper_id IS 'The paper that makes the claim';
COMMENT ON COLUMN leaderboard.title IS 'Its title';
COMMENT ON COLUMN leaderboard.url IS 'Its address as printed';
COMMENT ON COLUMN leaderboard.published IS 'Its publication date, where known';
COMMENT ON COLUMN leaderboard.claim_id IS 'The claim';
COMMENT ON COLUMN leaderboard.flags IS 'Why the claim deserves a second look';
COMMENT ON COLUMN leaderboard.extractor IS 'Who read it: llm or rules';
COMMENT ON COLUMN leaderboard.benchmark_key IS 'What benchmarks are compared by: equal for all spellings and known names of one';
COMMENT ON COLUMN leaderboard.metric_key IS 'What metrics are compared by; empty where the abstract names none';
COMMENT ON COLUMN leaderboard.model_key IS 'What models are compared by';
COMMENT ON COLUMN leaderboard.paper_position IS 'Order in which papers were first read, from 1';
COMMENT ON COLUMN leaderboard.claim_position IS 'Order of the claims of one paper, from 0';

CREATE OR REPLACE VIEW boards AS
SELECT benchmark, metric, unit, better, direction_known, model_count, paper_count, max(abs(score)) AS largest,
    benchmark_key, metric_key
FROM leaderboard
GROUP BY ALL;
COMMENT ON VIEW boards IS 'One row per leaderboard: a benchmark, metric and unit';
COMMENT ON COLUMN boards.benchmark IS 'Benchmark as in leaderboard';
COMMENT ON COLUMN boards.metric IS 'Metric as in leaderboard; null where the abstracts name none';
COMMENT ON COLUMN boards.unit IS 'Unit of its scores';
COMMENT ON COLUMN boards.better IS 'higher or lower: which way the metric is better';
COMMENT ON COLUMN boards.direction_known IS 'Whether the vocabulary knows the metric; of any other, that higher is better is a guess';
COMMENT ON COLUMN boards.model_count IS 'Number of models';
COMMENT ON COLUMN boards.paper_count IS 'Number of papers that their scores are from';
COMMENT ON COLUMN boards.largest IS 'The largest score, its sign left out';
COMMENT ON COLUMN boards.benchmark_key IS 'What benchmarks are compared by';
COMMENT ON COLUMN boards.metric_key IS 'What metrics are compared by; empty where the abstracts name none';

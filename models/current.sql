-- What follows from papers, outcomes, claims, verdicts, names and the vocabulary, for the papers in `concerned`: each
-- paper's current reading, and a row per claim that it makes or that a person gave a verdict on. models/current.py runs
-- this inside the transaction of whoever changed what it reads.
DELETE FROM store.current_readings WHERE paper_id IN (SELECT paper_id FROM concerned);
DELETE FROM store.current_claims WHERE paper_id IN (SELECT paper_id FROM concerned);

INSERT INTO store.current_readings BY NAME
WITH readings AS (
    SELECT outcomes.paper_id, runs.extractor, outcomes.fingerprint, outcomes.status,
        row_number() OVER (
            PARTITION BY outcomes.paper_id
            ORDER BY outcomes.status = 'failed',
                CASE runs.extractor WHEN 'llm' THEN 1 WHEN 'rules' THEN 3 ELSE 2 END,
                outcomes.finished_at DESC, outcomes.fingerprint
        ) AS place
    FROM concerned
    JOIN store.papers ON papers.paper_id = concerned.paper_id
    JOIN store.outcomes ON outcomes.paper_id = papers.paper_id AND outcomes.text_hash = papers.text_hash
    JOIN store.runs ON runs.run_id = outcomes.run_id
)
SELECT best.paper_id, best.extractor, best.fingerprint,
    arg_min(other.extractor, other.place) AS other_extractor,
    arg_min(other.fingerprint, other.place) AS other_fingerprint
FROM readings AS best
LEFT JOIN readings AS other
    ON other.paper_id = best.paper_id AND other.extractor <> best.extractor AND other.status <> 'failed'
WHERE best.place = 1
GROUP BY ALL;

INSERT INTO store.current_claims BY NAME
WITH current AS (
    SELECT papers.paper_id, papers.text_hash, texts.title, papers.url, papers.published, papers.position,
        readings.fingerprint, readings.extractor, readings.other_extractor, readings.other_fingerprint,
        ' ' || regexp_replace(lower(texts.title), '[^\pL\pN]+', ' ', 'g') || ' ' AS title_words
    FROM concerned
    JOIN store.papers ON papers.paper_id = concerned.paper_id
    JOIN store.texts ON texts.paper_id = papers.paper_id AND texts.text_hash = papers.text_hash
    LEFT JOIN store.current_readings AS readings ON readings.paper_id = papers.paper_id
), decided AS (
    -- Of several at one moment the one written last.
    SELECT verdicts.*
    FROM store.verdicts
    JOIN current ON current.paper_id = verdicts.paper_id AND current.text_hash = verdicts.text_hash
    QUALIFY row_number() OVER (
        PARTITION BY verdicts.paper_id, verdicts.claim_id ORDER BY verdicts.decided_at DESC, verdicts.rowid DESC
    ) = 1
), verdicts AS (
    SELECT * FROM decided WHERE verdict <> 'withdraw'
), read AS (
    SELECT claims.*, current.extractor
    FROM store.claims
    JOIN current ON current.paper_id = claims.paper_id AND current.fingerprint = claims.fingerprint
), shown AS (
    SELECT paper_id, claim_id, value, value_high, unit, kind, bound, direction, basis, metric, model, benchmark,
        baseline, setting, evidence, evidence_start, evidence_end, number_start, number_end, certainty, flags,
        extractor, fingerprint, position,
        NULL AS verdict, NULL AS reviewer, NULL::TIMESTAMP AS reviewed_at, NULL AS note
    FROM read
    ANTI JOIN verdicts USING (paper_id, claim_id)
    UNION ALL BY NAME
    SELECT verdicts.* EXCLUDE (text_hash, decided_at), verdicts.decided_at AS reviewed_at,
        read.certainty, read.position,
        CASE verdicts.verdict WHEN 'reject' THEN coalesce(read.flags, []) ELSE [] END AS flags
    FROM verdicts
    LEFT JOIN read USING (paper_id, claim_id)
), names AS (
    SELECT names.kind, names.printed, coalesce(aliases.key, names.form) AS key, aliases.name,
        coalesce(metrics.family, names.family) AS family,
        coalesce(metrics.direction, names.direction) AS direction,
        coalesce(metrics.scale, names.scale) AS scale,
        coalesce(metrics.measures, names.measures) AS measures
    FROM store.names
    LEFT JOIN aliases ON aliases.kind = names.kind AND aliases.form = names.form
    LEFT JOIN store.metrics ON names.kind = 'metric' AND metrics.metric_key = aliases.key
), others AS (
    -- A name that is not given is the empty text here, so that null stands for no claim at the number.
    SELECT claims.paper_id, claims.claim_id, claims.kind, coalesce(claims.direction, '') AS direction,
        coalesce(metric_names.key, '') AS metric_key, coalesce(model_names.key, '') AS model_key,
        coalesce(benchmark_names.key, '') AS benchmark_key, coalesce(baseline_names.key, '') AS baseline_key
    FROM store.claims
    JOIN current ON current.paper_id = claims.paper_id AND current.other_fingerprint = claims.fingerprint
    LEFT JOIN names AS metric_names ON metric_names.kind = 'metric' AND metric_names.printed = claims.metric
    LEFT JOIN names AS model_names ON model_names.kind = 'model' AND model_names.printed = claims.model
    LEFT JOIN names AS benchmark_names
        ON benchmark_names.kind = 'benchmark' AND benchmark_names.printed = claims.benchmark
    LEFT JOIN names AS baseline_names ON baseline_names.kind = 'model' AND baseline_names.printed = claims.baseline
), compared AS (
    SELECT shown.*, current.title, current.url, current.published, current.position AS paper_position,
        current.title_words,
        coalesce(metric_names.name, shown.metric) AS canonical_metric,
        coalesce(model_names.name, shown.model) AS canonical_model,
        coalesce(benchmark_names.name, shown.benchmark) AS canonical_benchmark,
        coalesce(baseline_names.name, shown.baseline) AS canonical_baseline,
        metric_names.key AS metric_key, model_names.key AS model_key, benchmark_names.key AS benchmark_key,
        baseline_names.key AS baseline_key,
        model_names.name IS NOT NULL AS model_known,
        metric_names.family AS metric_family, metric_names.direction AS metric_direction,
        metric_names.scale AS metric_scale, metric_names.measures AS metric_measures,
        benchmarks.task AS benchmark_task, benchmarks.area AS benchmark_area,
        current.other_extractor,
        others.kind = shown.kind AS agrees_kind,
        others.metric_key = coalesce(metric_names.key, '') AS agrees_metric,
        others.model_key = coalesce(model_names.key, '') AS agrees_model,
        others.benchmark_key = coalesce(benchmark_names.key, '') AS agrees_benchmark,
        others.direction = coalesce(shown.direction, '') AS agrees_direction,
        others.baseline_key = coalesce(baseline_names.key, '') AS agrees_baseline,
        CASE
            WHEN current.other_extractor IS NOT NULL
            THEN coalesce(agrees_kind AND agrees_metric AND agrees_model AND agrees_benchmark, false)
        END AS agreement
    FROM shown
    JOIN current ON current.paper_id = shown.paper_id
    LEFT JOIN names AS metric_names ON metric_names.kind = 'metric' AND metric_names.printed = shown.metric
    LEFT JOIN names AS model_names ON model_names.kind = 'model' AND model_names.printed = shown.model
    LEFT JOIN names AS benchmark_names
        ON benchmark_names.kind = 'benchmark' AND benchmark_names.printed = shown.benchmark
    LEFT JOIN names AS baseline_names ON baseline_names.kind = 'model' AND baseline_names.printed = shown.baseline
    LEFT JOIN store.benchmarks ON benchmarks.benchmark_key = benchmark_names.key
    LEFT JOIN others ON others.paper_id = shown.paper_id AND others.claim_id = shown.claim_id
), proposed AS (
    SELECT *,
        starts_with(lower(title), lower(model) || ':') OR (
            NOT model_known
            AND contains(title_words, ' ' || trim(regexp_replace(lower(model), '[^\pL\pN]+', ' ', 'g')) || ' ')
        ) AS titled,
        NOT model_known
            AND 2 * count(*) OVER (PARTITION BY paper_id, model_key) > count(model) OVER (PARTITION BY paper_id)
            AS most_claimed
    FROM compared
), owned AS (
    SELECT *,
        CASE WHEN bool_or(titled) OVER (PARTITION BY paper_id) THEN titled ELSE most_claimed END AS own
    FROM proposed
), scaled AS (
    SELECT owned.*,
        -- Through decimals, so that 0.07 and 7% are the same number.
        CASE
            WHEN kind = 'score' AND metric_scale = 'percent' AND owned.unit IS NULL
                AND value BETWEEN 0 AND 1 AND coalesce(value_high, 1) <= 1
            THEN 100
            -- A correlation of 85.2 can only be 0.852.
            WHEN kind = 'score' AND metric_scale = 'fraction' AND (
                owned.unit = '%'
                OR (abs(value) > 1 AND greatest(abs(value), coalesce(value_high, 0)) <= 100)
            )
            THEN 0.01
            ELSE coalesce(units.factor, 1)
        END AS multiple,
        CASE
            WHEN kind = 'score' AND metric_scale = 'percent' AND (owned.unit IS NULL OR owned.unit = 'points')
                AND greatest(abs(value), coalesce(value_high, 0)) <= 100
            THEN '%'
            WHEN kind = 'score' AND metric_scale = 'fraction' AND owned.unit IN ('%', 'points') THEN NULL
            WHEN kind = 'score' AND metric_scale = 'unit' AND owned.unit = 'points' THEN NULL
            WHEN owned.unit = 'orders of magnitude' THEN 'x'
            ELSE coalesce(units.si_unit, owned.unit)
        END AS normal_unit,
        CASE
            WHEN metric_family = 'quality' OR metric_family IS NULL OR basis = 'absolute' THEN NULL
            WHEN metric_measures = 'saving' AND owned.unit = '%' AND kind <> 'ratio' THEN 'saved'
            WHEN metric_measures = 'overhead' AND owned.unit = '%' AND kind = 'score' THEN 'added'
            WHEN owned.unit = 'x' AND (kind <> 'score' OR metric_measures <> 'level') THEN 'multiple'
            WHEN owned.unit = 'orders of magnitude' THEN 'orders'
            WHEN owned.unit = '%' AND kind = 'ratio' THEN 'share'
            WHEN owned.unit = '%' AND kind = 'delta' THEN 'change'
        END AS says,
        CASE
            WHEN direction IS NULL AND metric_measures IN ('ratio', 'saving') THEN 'increase'
            ELSE direction
        END AS moves,
        (moves = 'increase') = (metric_direction = 'higher') AS better
    FROM owned
    LEFT JOIN store.units ON units.unit = owned.unit
), reckoned AS (
    SELECT *,
        CASE says
            WHEN 'saved' THEN CASE WHEN better THEN '1/(1-v/100)' ELSE '1/(1+v/100)' END
            WHEN 'added' THEN '1/(1+v/100)'
            WHEN 'share' THEN CASE metric_direction WHEN 'higher' THEN 'v/100' ELSE '100/v' END
            WHEN 'change' THEN CASE
                WHEN metric_direction = 'higher' THEN CASE moves WHEN 'increase' THEN '1+v/100' WHEN 'decrease' THEN '1-v/100' END
                ELSE CASE moves WHEN 'decrease' THEN '1/(1-v/100)' WHEN 'increase' THEN '1/(1+v/100)' END
            END
            WHEN 'orders' THEN CASE WHEN better THEN '10^v' WHEN NOT better THEN '1/10^v' END
            WHEN 'multiple' THEN CASE
                -- A multiple below one is a share: 0.3x the memory, 0.9x the speed.
                WHEN value < 1 THEN CASE metric_direction WHEN 'higher' THEN 'v' ELSE '1/v' END
                WHEN better THEN 'v'
                WHEN NOT better THEN '1/v'
                WHEN metric_direction = 'higher' THEN 'v'
            END
        END AS rule
    FROM scaled
), factored AS (
    SELECT reckoned.*,
        list_transform([abs(value), abs(value_high)], lambda v: CASE rule
            WHEN 'v' THEN v
            WHEN '1/v' THEN 1 / nullif(v, 0)
            WHEN '10^v' THEN 10 ^ v
            WHEN '1/10^v' THEN 1 / 10 ^ v
            WHEN 'v/100' THEN v / 100
            WHEN '100/v' THEN 100 / nullif(v, 0)
            WHEN '1+v/100' THEN 1 + v / 100
            WHEN '1-v/100' THEN CASE WHEN v < 100 THEN 1 - v / 100 END
            WHEN '1/(1-v/100)' THEN CASE WHEN v < 100 THEN 1 / (1 - v / 100) END
            WHEN '1/(1+v/100)' THEN 1 / (1 + v / 100)
        END) AS ends
    FROM reckoned
)
SELECT claims.paper_id, claims.title, claims.url, claims.published, year(claims.published) AS published_year,
    claims.claim_id, claims.value, claims.value_high, claims.unit, claims.kind, claims.bound, claims.direction,
    claims.basis, claims.metric, claims.model, claims.benchmark, claims.baseline, claims.setting, claims.evidence,
    claims.flags,
    CASE WHEN claims.verdict IN ('accept', 'correct') THEN 1 ELSE calibration.share END AS confidence,
    claims.certainty, claims.agreement, claims.extractor, claims.fingerprint,
    claims.number_start, claims.number_end, claims.evidence_start, claims.evidence_end,
    claims.number_start - claims.evidence_start AS quote_start,
    claims.number_end - claims.evidence_start AS quote_end,
    claims.canonical_metric, claims.canonical_model, claims.canonical_benchmark, claims.canonical_baseline,
    claims.metric_key, claims.model_key, claims.benchmark_key, claims.baseline_key,
    coalesce(list_aggregate(list_sort(list_distinct(list_transform(
        regexp_extract_all(
            lower(claims.setting), '\b(zero|one|two|three|four|five|six|eight|ten|few|many|\d+)[- ]shots?\b', 1
        ),
        lambda shots: coalesce(
            map {'zero': '0', 'one': '1', 'two': '2', 'three': '3', 'four': '4', 'five': '5', 'six': '6',
                'eight': '8', 'ten': '10'}[shots],
            shots
        ) || '-shot'
    ))), 'string_agg', ', '), '') AS setting_key,
    claims.metric_family, claims.metric_direction, claims.metric_scale, claims.metric_measures,
    claims.benchmark_task, claims.benchmark_area,
    CASE WHEN claims.unit = 'orders of magnitude' THEN 10 ^ claims.value
        WHEN claims.multiple = 1 THEN claims.value ELSE round(claims.value * claims.multiple, 12) END AS normal_value,
    CASE WHEN claims.unit = 'orders of magnitude' THEN 10 ^ claims.value_high
        WHEN claims.multiple = 1 THEN claims.value_high ELSE round(claims.value_high * claims.multiple, 12) END AS normal_high,
    claims.normal_unit,
    list_min(claims.ends) AS factor,
    CASE WHEN claims.value_high IS NOT NULL THEN list_max(claims.ends) END AS factor_high,
    CASE WHEN factor IS NOT NULL THEN claims.rule END AS formula,
    CASE
        WHEN factor > 1 THEN true
        WHEN factor < 1 THEN false
        WHEN claims.kind = 'score' OR claims.metric_direction IS NULL THEN NULL
        WHEN claims.direction IS NOT NULL THEN (claims.direction = 'increase') = (claims.metric_direction = 'higher')
        WHEN claims.kind = 'ratio' AND claims.unit = '%' AND claims.value <> 100
        THEN (claims.value > 100) = (claims.metric_direction = 'higher')
    END AS improves,
    CASE
        WHEN claims.model IS NULL THEN NULL
        WHEN bool_or(claims.own) OVER (PARTITION BY claims.paper_id, claims.model_key) THEN true
        WHEN bool_or(claims.own) OVER (PARTITION BY claims.paper_id) THEN false
    END AS own_result,
    claims.verdict, claims.reviewer, claims.reviewed_at, claims.note,
    claims.other_extractor, claims.agrees_kind, claims.agrees_metric, claims.agrees_model, claims.agrees_benchmark,
    claims.agrees_direction, claims.agrees_baseline,
    claims.paper_position,
    row_number() OVER (PARTITION BY claims.paper_id ORDER BY claims.number_start, claims.position, claims.claim_id) - 1
        AS claim_position
FROM factored AS claims
LEFT JOIN store.calibration ON calibration.extractor = claims.extractor
    AND calibration.agreement IS NOT DISTINCT FROM claims.agreement
    AND coalesce(claims.certainty, -1) >= calibration.certainty_from
    AND coalesce(claims.certainty, -1) < calibration.certainty_below
ORDER BY claims.paper_position, claim_position;

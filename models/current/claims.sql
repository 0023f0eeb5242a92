-- A row per claim of the current reading of each paper in `concerned`, and per claim that a person gave a verdict on:
-- whose names, values and factors are comparable with those of other papers.
DELETE FROM store.current_claims WHERE paper_id IN (SELECT paper_id FROM concerned);

INSERT INTO store.current_claims BY NAME
WITH current AS (
    SELECT papers.paper_id, papers.text_hash, texts.title, papers.url, papers.published, papers.position,
        readings.fingerprint, readings.extractor, readings.other_extractor, readings.other_fingerprint,
        ' ' || regexp_replace(lower(texts.title), '[^\pL\pN]+', ' ', 'g') || ' ' AS title_words
    FROM concerned
    JOIN store.papers ON papers.paper_id = concerned.paper_id
    JOIN store.texts ON texts.paper_id = papers.paper_id AND texts.text_hash = papers.text_hash
    LEFT JOIN readings ON readings.paper_id = papers.paper_id
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
    SELECT verdicts.* EXCLUDE (text_hash, decided_at, corrects), verdicts.decided_at AS reviewed_at,
        read.certainty, read.position,
        CASE verdicts.verdict WHEN 'reject' THEN coalesce(read.flags, []) ELSE [] END AS flags
    FROM verdicts
    LEFT JOIN read USING (paper_id, claim_id)
), models_claimed AS (
    SELECT shown.paper_id, models.key, any_value(models.name) IS NOT NULL AS known,
        any_value(models.generic) AS generic, count(*) AS claims,
        bool_or(starts_with(lower(current.title), lower(shown.model) || ':')) AS opens_title,
        bool_or(regexp_matches(shown.model, '[\p{Lu}\d]') AND contains(
            current.title_words, ' ' || trim(regexp_replace(lower(shown.model), '[^\pL\pN]+', ' ', 'g')) || ' '
        )) AS in_title
    FROM shown
    JOIN current ON current.paper_id = shown.paper_id
    JOIN store.names AS models ON models.kind = 'model' AND models.printed = shown.model
    GROUP BY shown.paper_id, models.key
), candidates AS (
    SELECT paper_id, key,
        opens_title OR (in_title AND NOT known) AS titled,
        NOT known AND NOT generic AND 2 * claims > sum(claims) OVER (PARTITION BY paper_id) AS most_claimed
    FROM models_claimed
), chosen AS (
    SELECT paper_id, key,
        CASE WHEN bool_or(titled) OVER (PARTITION BY paper_id) THEN titled ELSE most_claimed END AS own
    FROM candidates
), proposals AS (
    SELECT paper_id, key, CASE WHEN own THEN true WHEN bool_or(own) OVER (PARTITION BY paper_id) THEN false END
        AS own_result
    FROM chosen
), others AS (
    -- A name that is not given is the empty text here, so that null stands for no claim at the number.
    SELECT claims.paper_id, claims.claim_id, claims.kind, coalesce(claims.direction, '') AS direction,
        coalesce(metrics.key, '') AS metric_key, coalesce(models.key, '') AS model_key,
        coalesce(benchmarks.key, '') AS benchmark_key, coalesce(baselines.key, '') AS baseline_key
    FROM store.claims
    JOIN current ON current.paper_id = claims.paper_id AND current.other_fingerprint = claims.fingerprint
    LEFT JOIN store.names AS metrics ON metrics.kind = 'metric' AND metrics.printed = claims.metric
    LEFT JOIN store.names AS models ON models.kind = 'model' AND models.printed = claims.model
    LEFT JOIN store.names AS benchmarks ON benchmarks.kind = 'benchmark' AND benchmarks.printed = claims.benchmark
    LEFT JOIN store.names AS baselines ON baselines.kind = 'model' AND baselines.printed = claims.baseline
), named AS (
    SELECT shown.*, current.title, current.url, current.published, current.position AS paper_position,
        coalesce(metrics.name, shown.metric) AS canonical_metric,
        coalesce(models.name, shown.model) AS canonical_model,
        coalesce(benchmarks.name, shown.benchmark) AS canonical_benchmark,
        coalesce(baselines.name, shown.baseline) AS canonical_baseline,
        metrics.key AS metric_key, benchmarks.key AS benchmark_key,
        CASE WHEN models.generic THEN models.key || ' of ' || shown.paper_id ELSE models.key END AS model_key,
        CASE WHEN baselines.generic THEN baselines.key || ' of ' || shown.paper_id ELSE baselines.key END
            AS baseline_key,
        metrics.family AS metric_family, metrics.direction AS metric_direction, metrics.scale AS metric_scale,
        metrics.measures AS metric_measures,
        benchmarks.task AS benchmark_task, benchmarks.area AS benchmark_area,
        units.factor AS unit_factor, units.si_unit,
        -- "5.6x speedup in inference time" is no longer time: the word after the number decides.
        coalesce(said.family, metrics.family) AS about,
        coalesce(said.measures, metrics.measures) AS measures,
        coalesce(said.direction, metrics.direction) = 'higher' AS more_is_better,
        CASE
            WHEN said.word IS NOT NULL THEN 'increase'
            -- Nobody claims a decrease of a speedup; what has decreased is what was sped up.
            WHEN metrics.measures = 'ratio' AND (shown.unit = 'x' OR shown.direction IS NULL) THEN 'increase'
            ELSE shown.direction
        END AS moves,
        current.other_extractor,
        others.kind = shown.kind AS agrees_kind,
        others.metric_key = coalesce(metrics.key, '') AS agrees_metric,
        others.model_key = coalesce(models.key, '') AS agrees_model,
        others.benchmark_key = coalesce(benchmarks.key, '') AS agrees_benchmark,
        others.direction = coalesce(shown.direction, '') AS agrees_direction,
        others.baseline_key = coalesce(baselines.key, '') AS agrees_baseline,
        proposals.own_result
    FROM shown
    JOIN current ON current.paper_id = shown.paper_id
    LEFT JOIN store.names AS metrics ON metrics.kind = 'metric' AND metrics.printed = shown.metric
    LEFT JOIN store.names AS models ON models.kind = 'model' AND models.printed = shown.model
    LEFT JOIN store.names AS benchmarks ON benchmarks.kind = 'benchmark' AND benchmarks.printed = shown.benchmark
    LEFT JOIN store.names AS baselines ON baselines.kind = 'model' AND baselines.printed = shown.baseline
    LEFT JOIN store.units ON units.unit = shown.unit
    LEFT JOIN store.words_after_numbers AS said ON said.word = regexp_extract(
        lower(substr(shown.evidence, shown.number_end - shown.evidence_start + 1, 20)), '^[^\pL]{0,4}([\pL-]+)', 1
    )
    LEFT JOIN proposals ON proposals.paper_id = shown.paper_id AND proposals.key = models.key
    LEFT JOIN others ON others.paper_id = shown.paper_id AND others.claim_id = shown.claim_id
), read_as AS (
    SELECT *,
        kind = 'score' AND greatest(abs(value), abs(value_high)) <= 100 AS is_level,
        -- What a number on a metric of cost or speed is, as far as a factor follows from it.
        CASE
            WHEN about IS NULL OR about = 'quality' OR basis = 'absolute' THEN NULL
            WHEN unit = 'orders of magnitude' THEN 'orders'
            WHEN measures = 'saving' AND unit IN ('%', 'x') AND (unit = 'x' OR kind <> 'ratio') THEN 'saving'
            WHEN measures = 'overhead' AND unit IN ('%', 'x') AND moves IS DISTINCT FROM 'decrease'
            THEN 'overhead'
            WHEN unit = 'x' AND (kind <> 'score' OR measures = 'ratio') THEN 'multiple'
            WHEN unit = '%' AND kind = 'ratio' THEN 'share'
            WHEN unit = '%' AND kind = 'delta' THEN 'change'
        END AS says
    FROM named
), reckoned AS (
    SELECT *,
        -- A correlation of 85.2 can only be 0.852.
        CASE
            WHEN is_level AND metric_scale = 'percent' AND unit IS NULL
                AND value >= 0 AND greatest(value, value_high) <= 1
            THEN 100
            WHEN is_level AND metric_scale = 'fraction' AND (unit = '%' OR abs(value) > 1) THEN 0.01
            ELSE coalesce(unit_factor, 1)
        END AS multiple,
        CASE
            WHEN is_level AND metric_scale = 'percent' AND coalesce(unit, 'points') = 'points' THEN '%'
            WHEN is_level AND metric_scale = 'fraction' AND unit IN ('%', 'points') THEN NULL
            WHEN kind = 'score' AND metric_scale = 'unit' AND unit = 'points' THEN NULL
            WHEN unit = 'orders of magnitude' THEN 'x'
            ELSE coalesce(si_unit, unit)
        END AS normal_unit,
        -- What has grown or shrunk, as a multiple of what it was.
        CASE
            WHEN says = 'orders' THEN '10^v'
            WHEN says IS NOT NULL AND unit = 'x' THEN 'v'
            WHEN says = 'share' THEN 'v/100'
            WHEN says = 'overhead' OR (says = 'change' AND moves = 'increase') THEN '1+v/100'
            WHEN says = 'saving' OR (says = 'change' AND moves = 'decrease') THEN '1-v/100'
        END AS multiple_rule,
        -- Whether less of that is better, or the multiple says how much less.
        CASE
            WHEN says = 'saving' THEN unit = '%'
            WHEN says = 'overhead' THEN true
            -- A multiple below one is a share: 0.3x the memory, 0.9x the speed.
            WHEN says IN ('share', 'change') OR (says = 'multiple' AND value < 1) THEN NOT more_is_better
            WHEN moves IS NULL AND more_is_better THEN false
            ELSE (moves = 'decrease') = more_is_better
        END AS inverted
    FROM read_as
), calculated AS (
    SELECT *,
        CASE
            WHEN other_extractor IS NOT NULL
            THEN coalesce(agrees_kind AND agrees_metric AND agrees_model AND agrees_benchmark, false)
        END AS agreement,
        -- Through decimals, so that 0.07 and 7% are the same number.
        CASE
            WHEN unit = 'orders of magnitude' THEN 10 ^ value
            WHEN multiple = 1 THEN value
            ELSE round(value * multiple, 12)
        END AS normal_value,
        CASE
            WHEN unit = 'orders of magnitude' THEN 10 ^ value_high
            WHEN multiple = 1 THEN value_high
            ELSE round(value_high * multiple, 12)
        END AS normal_high,
        [
            CASE multiple_rule
                WHEN 'v' THEN v
                WHEN '10^v' THEN 10 ^ v
                WHEN 'v/100' THEN v / 100
                WHEN '1+v/100' THEN 1 + v / 100
                -- Nothing shrinks by more than itself.
                WHEN '1-v/100' THEN CASE WHEN v < 100 THEN 1 - v / 100 END
            END
            FOR v IN [abs(value), abs(value_high)]
        ] AS multiples
    FROM reckoned
), factored AS (
    SELECT *,
        [CASE WHEN inverted THEN 1 / nullif(v, 0) WHEN NOT inverted THEN v END FOR v IN multiples] AS factors
    FROM calculated
)
SELECT claims.* EXCLUDE (
        position, unit_factor, si_unit, about, measures, more_is_better, moves, says, is_level, multiple,
        multiple_rule, inverted, multiples, factors
    ),
    year(claims.published) AS published_year,
    CASE WHEN claims.verdict IN ('accept', 'correct') THEN 1 ELSE calibration.share END AS confidence,
    claims.number_start - claims.evidence_start AS quote_start,
    claims.number_end - claims.evidence_start AS quote_end,
    coalesce(list_aggregate(list_sort(list_distinct([
        coalesce(
            map {'zero': '0', 'one': '1', 'two': '2', 'three': '3', 'four': '4', 'five': '5', 'six': '6',
                'eight': '8', 'ten': '10'}[shots],
            shots
        ) || '-shot'
        FOR shots IN regexp_extract_all(
            lower(claims.setting), '\b(zero|one|two|three|four|five|six|eight|ten|few|many|\d+)[- ]shots?\b', 1
        )
    ])), 'string_agg', ', '), '') AS setting_key,
    list_min(claims.factors) AS factor,
    CASE WHEN claims.value_high IS NOT NULL THEN list_max(claims.factors) END AS factor_high,
    CASE WHEN factor IS NOT NULL THEN claims.about END AS factor_family,
    CASE WHEN factor IS NOT NULL THEN
        CASE WHEN claims.inverted THEN printf('1/(%s)', claims.multiple_rule) ELSE claims.multiple_rule END
    END AS formula,
    CASE
        WHEN factor > 1 THEN true
        WHEN factor < 1 THEN false
        WHEN claims.kind = 'score' THEN NULL
        WHEN claims.direction IS NOT NULL THEN (claims.direction = 'increase') = (claims.metric_direction = 'higher')
        WHEN claims.kind = 'ratio' AND claims.unit = '%' AND claims.value <> 100
        THEN (claims.value > 100) = (claims.metric_direction = 'higher')
    END AS improves,
    -- What only a person's verdict holds comes last.
    coalesce(claims.position, 1000000 + claims.number_start) AS claim_position
FROM factored AS claims
LEFT JOIN store.calibration ON calibration.extractor = claims.extractor
    AND calibration.agreement IS NOT DISTINCT FROM claims.agreement
    AND coalesce(claims.certainty, -1) >= calibration.certainty_from
    AND coalesce(claims.certainty, -1) < calibration.certainty_below
ORDER BY claims.paper_position, claim_position;

-- The numbers of the shown claims on one scale each, and how many times better they say that something is.
CREATE OR REPLACE TEMP TABLE measured AS
WITH numbers AS (
    SELECT id, shown.kind, value, value_high, shown.unit, basis, baseline, metric_scale, metric_direction,
        units.factor AS unit_factor, units.si_unit, shown.direction,
        -- "5.6x speedup in inference time" is no longer time: the word after the number decides.
        coalesce(said.family, metric_family) AS about,
        coalesce(said.measures, metric_measures) AS measures,
        coalesce(said.direction, metric_direction) = 'higher' AS more_is_better,
        CASE
            WHEN said.word IS NOT NULL THEN 'increase'
            -- "At 9x the latency" is so many times as much, unless it is "half the latency" or "cuts to 3x the size". What
            -- stands behind a comma is no part of it: "improves latency by 3x, the largest gain".
            WHEN shown.unit = 'x' AND value > 1
                AND regexp_matches(after_number, '^[^a-z,;.:()]{0,4}(the|its|their)\b')
                AND regexp_matches(number_text, '\d|times|twice|doubl')
                AND NOT regexp_matches(
                    before_number,
                    '\b(reduc|less\b|fewer|lower|sav|cut|decreas|shrink|compress|improv|accelerat|speed)[^,;.%]*$'
                )
            THEN 'increase'
            -- Nobody claims a decrease of a speedup; what has decreased is what was sped up.
            WHEN metric_measures = 'ratio' AND (shown.unit = 'x' OR shown.direction IS NULL) THEN 'increase'
            ELSE shown.direction
        END AS moves,
        shown.kind = 'score' AND greatest(abs(value), abs(value_high)) <= 100 AS is_level
    FROM (
        SELECT *, number_start - evidence_start AS quote_start, number_end - evidence_start AS quote_end,
            lower(evidence[quote_start + 1:quote_end]) AS number_text,
            lower(evidence[greatest(quote_start - 39, 1):quote_start]) AS before_number,
            lower(evidence[quote_end + 1:quote_end + 20]) AS after_number
        FROM shown
    ) AS shown
    JOIN named USING (id)
    LEFT JOIN store.units ON units.unit = shown.unit
    LEFT JOIN store.words_after_numbers AS said ON said.word = regexp_extract(after_number, '^[^a-z]{0,4}([a-z-]+)', 1)
), read_as AS (
    SELECT *,
        -- What a number on a metric of cost or speed is, as far as a factor follows from it.
        CASE
            WHEN about IS NULL OR about = 'quality' OR basis = 'absolute' THEN NULL
            WHEN unit = 'orders of magnitude' THEN 'orders'
            WHEN measures = 'saving' AND (unit = 'x' OR (unit = '%' AND kind <> 'ratio')) THEN 'saving'
            WHEN measures = 'overhead' AND unit IN ('%', 'x') AND moves IS DISTINCT FROM 'decrease' THEN 'overhead'
            WHEN unit = 'x' AND (kind <> 'score' OR measures = 'ratio') THEN 'multiple'
            -- "Trains 0.1% of the parameters" makes nothing smaller, and says of nothing else how large it is.
            WHEN unit = '%' AND kind = 'ratio' AND NOT (about = 'size' AND baseline IS NULL) THEN 'share'
            WHEN unit = '%' AND kind = 'delta' THEN 'change'
        END AS says,
        -- Through decimals below, so that 0.07 and 7% are the same number. A correlation of 85.2 can only be 0.852.
        CASE
            WHEN is_level AND metric_scale = 'percent' AND unit IS NULL
                AND value >= 0 AND greatest(value, value_high) <= 1
            THEN 100
            WHEN is_level AND metric_scale = 'fraction' AND (unit = '%' OR abs(value) > 1) THEN 0.01
            ELSE coalesce(unit_factor, 1)
        END AS multiple
    FROM numbers
), ruled AS (
    SELECT *,
        -- What has grown or shrunk, as a multiple of what it was.
        CASE
            WHEN says = 'orders' THEN '10^v'
            WHEN says IS NOT NULL AND unit = 'x' THEN 'v'
            WHEN says = 'share' THEN 'v/100'
            WHEN says = 'overhead' OR (says = 'change' AND moves = 'increase') THEN '1+v/100'
            WHEN says = 'saving' OR (says = 'change' AND moves = 'decrease') THEN '1-v/100'
        END AS rule,
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
), multiplied AS (
    SELECT *,
        [
            CASE rule
                WHEN 'v' THEN v
                WHEN '10^v' THEN 10 ^ v
                WHEN 'v/100' THEN v / 100
                WHEN '1+v/100' THEN 1 + v / 100
                -- Nothing shrinks by more than itself.
                WHEN '1-v/100' THEN CASE WHEN v < 100 THEN 1 - v / 100 END
            END
            FOR v IN [abs(value), abs(value_high)]
        ] AS multiples
    FROM ruled
), factored AS (
    SELECT *,
        [CASE WHEN inverted THEN 1 / nullif(v, 0) WHEN NOT inverted THEN v END FOR v IN multiples] AS factors
    FROM multiplied
)
SELECT id,
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
    CASE
        WHEN is_level AND metric_scale = 'percent' AND coalesce(unit, 'points') = 'points' THEN '%'
        WHEN is_level AND metric_scale = 'fraction' AND unit IN ('%', 'points') THEN NULL
        WHEN kind = 'score' AND metric_scale = 'unit' AND unit = 'points' THEN NULL
        WHEN unit = 'orders of magnitude' THEN 'x'
        ELSE coalesce(si_unit, unit)
    END AS normal_unit,
    list_min(factors) AS factor,
    CASE WHEN value_high IS NOT NULL THEN list_max(factors) END AS factor_high,
    CASE WHEN factor IS NOT NULL THEN about END AS factor_family,
    CASE WHEN factor IS NOT NULL THEN CASE WHEN inverted THEN printf('1/(%s)', rule) ELSE rule END END AS formula,
    CASE
        WHEN factor > 1 THEN true
        WHEN factor < 1 THEN false
        WHEN kind = 'score' THEN NULL
        WHEN direction IS NOT NULL THEN (direction = 'increase') = (metric_direction = 'higher')
        WHEN kind = 'ratio' AND unit = '%' AND value <> 100 THEN (value > 100) = (metric_direction = 'higher')
    END AS improves
FROM factored;

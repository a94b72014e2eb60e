-- The staged things that were counted anew, by number: how many findings they have and since when.
SELECT staged.number, coalesce(sum(known.findings), 0)::BIGINT, min(known.first_at)
FROM staged_thing AS staged
LEFT JOIN rollup_first AS known USING (part, place, type, kind, sample)
GROUP BY staged.number

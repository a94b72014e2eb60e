-- Of the staged things those stay that have lost the finding they began with.
DELETE FROM staged_thing
WHERE lost_at > (
    SELECT min(known.first_at)
    FROM rollup_first AS known
    WHERE known.part = staged_thing.part
      AND known.place = staged_thing.place
      AND known.type = staged_thing.type
      AND known.kind = staged_thing.kind
      AND known.sample = staged_thing.sample
);

DELETE FROM rollup_first
WHERE rowid IN (
    SELECT known.rowid FROM rollup_first AS known SEMI JOIN staged_thing USING (part, place, type, kind, sample)
);

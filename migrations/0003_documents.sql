-- Older documents, signals of attack sequences, what each service says of the severity, and names for rejected input.

-- Documents that were the newest of their service once, newest first up to `retention.documents` less one. The newest
-- itself stays in `finding_side`.
CREATE TABLE finding_document (
    finding_key  VARCHAR NOT NULL,
    source       VARCHAR NOT NULL,
    observed_at  TIMESTAMP NOT NULL,
    updated_at   TIMESTAMP NOT NULL,
    raw          BLOB NOT NULL              -- zstd of the JSON text
);

-- The severity this service gives; NULL where the document was read before this column was there.
ALTER TABLE finding_side ADD COLUMN severity VARCHAR;

-- Findings an attack sequence names as its signals, whether they have been read or not.
CREATE TABLE finding_signal (
    sequence_arn  VARCHAR NOT NULL,
    finding_key   VARCHAR NOT NULL
);

-- Rejected input gets a key: the md5 of origin, reason and input.
CREATE TABLE rejected_input_keyed (
    rejected_at  TIMESTAMP NOT NULL,
    origin       VARCHAR NOT NULL,
    position     VARCHAR NOT NULL,
    reason       VARCHAR NOT NULL,
    raw          VARCHAR NOT NULL,          -- at most 64 KiB: what is that long may be cut
    reject_key   VARCHAR NOT NULL
);
INSERT INTO rejected_input_keyed
SELECT *, md5(concat_ws(chr(31), origin, reason, raw)) FROM rejected_input;
DROP TABLE rejected_input;
ALTER TABLE rejected_input_keyed RENAME TO rejected_input;

-- The edition of parser and rules that everything kept was read with; empty: not known.
INSERT INTO setting VALUES ('edition', '');

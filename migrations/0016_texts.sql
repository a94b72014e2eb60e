-- The texts of findings, each different one once, so that a text is looked for in thousands of them and not in every
-- finding. Identifiers are masked in them: without these most texts repeat themselves.

-- A finding has two: its words and the names of its places. Written in the transaction of the finding. Texts of findings
-- that are gone stay until the next cleaning.
CREATE TABLE search_text (
    text_id  UBIGINT NOT NULL,    -- xxh3-64 of the masked text before it was put into lower case; another seed for places
    places   BOOLEAN NOT NULL,    -- false: type, control, resource, title, ARN, description; true: families, clusters, image digests, images
    text     VARCHAR NOT NULL     -- in lower case, pieces joined by line feeds, every digit of an identifier as chr(1)
);

-- `search_text.text_id` of the finding. NULL: not looked at yet. The setting `texts` tells whether every finding was.
ALTER TABLE finding ADD COLUMN words_id UBIGINT;
ALTER TABLE finding ADD COLUMN places_id UBIGINT;

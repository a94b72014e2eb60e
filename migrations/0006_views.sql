-- Saved views: names people gave to the addresses of pages.

-- One row per view. Names are told apart without regard to case; the writer refuses a name that is taken.
CREATE TABLE saved_view (
    view_id     VARCHAR NOT NULL,   -- 12 hexadecimal digits, random
    name        VARCHAR NOT NULL,
    page        VARCHAR NOT NULL,   -- path of the page: / | /findings
    query       VARCHAR NOT NULL,   -- canonical query string without `?`; relative ranges stay relative
    created_at  TIMESTAMP NOT NULL,
    updated_at  TIMESTAMP NOT NULL
);

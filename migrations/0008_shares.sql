-- Shares: read-only views for people outside, each behind a link of its own. And what was done by whom.

-- One row per share. A share that was revoked stays, so that the list and the audit can name it; its link is dead.
CREATE TABLE share (
    share_id         VARCHAR NOT NULL,   -- 12 hexadecimal digits, random; names the share to those who manage it
    token_hash       VARCHAR NOT NULL,   -- SHA-256 of the link's token, 64 hexadecimal digits; the token is kept nowhere
    pseudonym_key    VARCHAR NOT NULL,   -- 32 hexadecimal digits, random: what hidden accounts are renamed with
    report           VARCHAR NOT NULL,   -- overview | trend | breakdown | heatmap | findings
    query            VARCHAR NOT NULL,   -- canonical query string without `?`: locked; relative ranges stay relative
    formats          VARCHAR NOT NULL,   -- comma-separated: html | svg | png | md | csv | json
    redaction        VARCHAR NOT NULL,   -- what is hidden, comma-separated: accounts | arns | detail; '' hides nothing
    frame_ancestors  VARCHAR,            -- origins that may frame it, comma-separated; '' none, NULL as configured
    language         VARCHAR,            -- en | ja; NULL: English unless the link says otherwise
    theme            VARCHAR NOT NULL,   -- auto | light | dark
    note             VARCHAR,            -- for those who manage it, never shown behind the link
    created_at       TIMESTAMP NOT NULL,
    created_by       VARCHAR NOT NULL,   -- page | api | cli, until there is sign-in
    expires_at       TIMESTAMP,          -- NULL: never
    paused_at        TIMESTAMP,          -- NULL while it answers
    revoked_at       TIMESTAMP,          -- for ever
    rotated_at       TIMESTAMP,          -- when the link last changed; NULL: never
    last_used_at     TIMESTAMP,          -- within a minute or so; NULL: never
    hits             BIGINT NOT NULL     -- answers given, counted in memory and added now and then
);

-- Append-only: what people changed. Nothing reads it to decide anything.
CREATE TABLE audit (
    done_at  TIMESTAMP NOT NULL,
    actor    VARCHAR NOT NULL,   -- page | api | cli, until there is sign-in
    action   VARCHAR NOT NULL,   -- share.create | share.pause | share.resume | share.rotate | share.revoke
    subject  VARCHAR NOT NULL,   -- share_id
    detail   VARCHAR             -- what was created, in words of the command line; never a token
);

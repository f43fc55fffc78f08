-- The newest version of WhatsApp Web that was found, and when it was looked for: one row.

CREATE TABLE wuts_client_version (
    id integer NOT NULL PRIMARY KEY CHECK (id = 1),
    primary_number bigint,
    secondary_number bigint,
    revision bigint,
    looked_at bigint
);

INSERT INTO wuts_client_version (id) VALUES (1);

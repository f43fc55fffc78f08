-- Where each device lives. A row names one activation; who holds the row decides nothing about ownership, which is the lease's.

CREATE TABLE wuts_grain_directory (
    cluster_id         text   NOT NULL,
    grain_id           text   NOT NULL,
    activation_id      text   NOT NULL,
    silo               text   NOT NULL,
    membership_version bigint NOT NULL,
    PRIMARY KEY (cluster_id, grain_id)
);

CREATE INDEX wuts_grain_directory_silo ON wuts_grain_directory (cluster_id, silo);

-- When a number was checked for the first time: what the day's budget of new numbers is counted from. Numbers that were
-- checked before this step count as checked long ago.

ALTER TABLE wuts_registrations ADD COLUMN first_checked_at bigint NOT NULL DEFAULT 0;

CREATE INDEX wuts_registrations_by_first_check ON wuts_registrations (device_id, first_checked_at);

-- All present links of a tenant, for lists.

CREATE INDEX wuts_person_links_present ON wuts_person_links (tenant_id) WHERE ended_at IS NULL;

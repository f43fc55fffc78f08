-- Who issued the verified name of a business: it tells enterprises from small businesses.

ALTER TABLE wuts_contacts ADD COLUMN business_issuer text;

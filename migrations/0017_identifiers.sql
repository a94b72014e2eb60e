-- The identifiers that are masked in the words of a finding (`search_text`), so that a finding is found by one without
-- reading its texts: each by its first eight hexadecimal digits as a number. Two may share these, so whoever looks by them
-- reads what was found. In ascending order, NULL where there are no more.

ALTER TABLE finding ADD COLUMN identifier_1 UINTEGER;
ALTER TABLE finding ADD COLUMN identifier_2 UINTEGER;
ALTER TABLE finding ADD COLUMN identifier_3 UINTEGER;
ALTER TABLE finding ADD COLUMN identifier_4 UINTEGER;

-- true: it has more than these four, and is read whenever an identifier is looked for. NULL where it has not: of a part of
-- a column that is nothing but NULL the database reads nothing.
ALTER TABLE finding ADD COLUMN more_identifiers BOOLEAN;

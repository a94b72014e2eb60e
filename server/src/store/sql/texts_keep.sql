-- Staged texts that the dictionary does not have.
INSERT INTO search_text
SELECT text_id, places, lower(text)
FROM staged_text ANTI JOIN search_text USING (text_id);

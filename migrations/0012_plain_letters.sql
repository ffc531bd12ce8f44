-- The key by which patients are ordered is in plain letters also where Unicode takes no letter apart: ł is l, ø is o.

UPDATE patients SET search_key =
  REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(search_key,
    'æ', 'ae'), 'œ', 'oe'), 'þ', 'th'), 'ł', 'l'), 'ø', 'o'), 'đ', 'd'),
    'ð', 'd'), 'ħ', 'h'), 'ı', 'i'), 'ĸ', 'k'), 'ŋ', 'n'), 'ŧ', 't'),
    'ɓ', 'b'), 'ɗ', 'd'), 'ƙ', 'k'), 'ə', 'e');

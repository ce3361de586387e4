SELECT 1 +
  'abc; SELECT 2;
SELECT
$fn$ ; $$ $fnx$
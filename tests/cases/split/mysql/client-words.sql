source other.sql
use db
TEE /tmp/log
status
SELECT 1;
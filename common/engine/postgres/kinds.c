/* SPDX-License-Identifier: MIT */
#include "common/engine/postgres/reader.h"

/* Ranks: tables, views and their like stand together, by name, so that a view that becomes a
 * materialized view stays in its place. */
const BlKind pg_kind_schema = { "schema", 10, FALSE, FALSE, FALSE };
const BlKind pg_kind_extension = { "extension", 20, FALSE, FALSE, FALSE };
const BlKind pg_kind_language = { "language", 30, FALSE, FALSE, FALSE };
const BlKind pg_kind_collation = { "collation", 40, FALSE, FALSE, FALSE };
const BlKind pg_kind_shell_type = { "shell type", 50, FALSE, FALSE, FALSE };
const BlKind pg_kind_type = { "type", 60, FALSE, FALSE, FALSE };
const BlKind pg_kind_domain = { "domain", 70, FALSE, FALSE, FALSE };
const BlKind pg_kind_function = { "function", 80, FALSE, FALSE, FALSE };
/* Before the tables whose columns are of the domain: behind them it could not be added. */
const BlKind pg_kind_domain_constraint = { "domain constraint", 85, FALSE, FALSE, FALSE };
const BlKind pg_kind_procedure = { "procedure", 90, FALSE, FALSE, FALSE };
/* Of one that stands before what its body needs. */
const BlKind pg_kind_function_body = { "function body", 95, FALSE, FALSE, FALSE };
const BlKind pg_kind_cast = { "cast", 76, FALSE, FALSE, FALSE };
const BlKind pg_kind_transform = { "transform", 78, FALSE, FALSE, FALSE };
const BlKind pg_kind_aggregate = { "aggregate", 120, FALSE, FALSE, FALSE };
const BlKind pg_kind_access_method = { "access method", 130, FALSE, FALSE, FALSE };
const BlKind pg_kind_operator = { "operator", 140, FALSE, FALSE, FALSE };
const BlKind pg_kind_operator_family = { "operator family", 150, FALSE, FALSE, FALSE };
const BlKind pg_kind_operator_class = { "operator class", 160, FALSE, FALSE, FALSE };
const BlKind pg_kind_conversion = { "conversion", 170, FALSE, FALSE, FALSE };
const BlKind pg_kind_search_parser = { "text search parser", 180, FALSE, FALSE, FALSE };
const BlKind pg_kind_search_template = { "text search template", 190, FALSE, FALSE, FALSE };
const BlKind pg_kind_search_dictionary = { "text search dictionary", 200, FALSE, FALSE, FALSE };
const BlKind pg_kind_search_configuration = { "text search configuration", 210, FALSE, FALSE,
                                              FALSE };
const BlKind pg_kind_fdw = { "foreign data wrapper", 220, FALSE, FALSE, FALSE };
const BlKind pg_kind_server = { "server", 230, FALSE, FALSE, FALSE };
const BlKind pg_kind_user_mapping = { "user mapping", 240, FALSE, FALSE, FALSE };
const BlKind pg_kind_sequence = { "sequence", 250, FALSE, FALSE, FALSE };
const BlKind pg_kind_table = { "table", 260, TRUE, FALSE, TRUE };
const BlKind pg_kind_foreign_table = { "foreign table", 260, FALSE, FALSE, FALSE };
const BlKind pg_kind_view = { "view", 260, FALSE, FALSE, FALSE };
const BlKind pg_kind_materialized_view = { "materialized view", 260, FALSE, FALSE, FALSE };
const BlKind pg_kind_default = { "default", 270, FALSE, FALSE, FALSE };
const BlKind pg_kind_constraint = { "constraint", 280, FALSE, FALSE, FALSE };
const BlKind pg_kind_index = { "index", 290, FALSE, FALSE, TRUE };
const BlKind pg_kind_statistics = { "statistics", 300, FALSE, FALSE, FALSE };
const BlKind pg_kind_rule = { "rule", 310, FALSE, FALSE, FALSE };
const BlKind pg_kind_trigger = { "trigger", 320, FALSE, FALSE, FALSE };
const BlKind pg_kind_foreign_key = { "foreign key", 330, FALSE, FALSE, FALSE };
const BlKind pg_kind_policy = { "policy", 340, FALSE, FALSE, FALSE };
const BlKind pg_kind_publication = { "publication", 350, FALSE, FALSE, FALSE };
const BlKind pg_kind_subscription = { "subscription", 360, FALSE, FALSE, FALSE };
const BlKind pg_kind_default_privileges = { "default privileges", 370, FALSE, FALSE, FALSE };
/* On what is not ours: objects of the server and of extensions. */
const BlKind pg_kind_grants = { "grants", 375, FALSE, TRUE, FALSE };
const BlKind pg_kind_event_trigger = { "event trigger", 380, FALSE, FALSE, FALSE };

const BlKind *const pg_kinds[] = {
    &pg_kind_schema,
    &pg_kind_extension,
    &pg_kind_language,
    &pg_kind_collation,
    &pg_kind_shell_type,
    &pg_kind_type,
    &pg_kind_domain,
    &pg_kind_function,
    &pg_kind_domain_constraint,
    &pg_kind_procedure,
    &pg_kind_function_body,
    &pg_kind_cast,
    &pg_kind_transform,
    &pg_kind_aggregate,
    &pg_kind_access_method,
    &pg_kind_operator,
    &pg_kind_operator_family,
    &pg_kind_operator_class,
    &pg_kind_conversion,
    &pg_kind_search_parser,
    &pg_kind_search_template,
    &pg_kind_search_dictionary,
    &pg_kind_search_configuration,
    &pg_kind_fdw,
    &pg_kind_server,
    &pg_kind_user_mapping,
    &pg_kind_sequence,
    &pg_kind_table,
    &pg_kind_foreign_table,
    &pg_kind_view,
    &pg_kind_materialized_view,
    &pg_kind_default,
    &pg_kind_constraint,
    &pg_kind_index,
    &pg_kind_statistics,
    &pg_kind_rule,
    &pg_kind_trigger,
    &pg_kind_foreign_key,
    &pg_kind_policy,
    &pg_kind_publication,
    &pg_kind_subscription,
    &pg_kind_default_privileges,
    &pg_kind_grants,
    &pg_kind_event_trigger,
    NULL,
};

/* Schemas that hosting providers and the usual extensions put into every database. */
const char *const pg_default_ignore[] = {
    "_timescaledb_*.*", "cron.*",  "pgbouncer.*",  "pglogical.*", "partman.*",
    "repack.*",         "tiger.*", "tiger_data.*", "topology.*",  NULL,
};

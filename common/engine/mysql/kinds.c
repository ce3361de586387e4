/* SPDX-License-Identifier: MIT */
#include "common/engine/mysql/kinds.h"

/* Functions come before the tables and views that may call them, packages and libraries before all
 * that may call into them; events come last, when everything that they touch is there. */
const BlKind my_kind_database = { "database", 10, FALSE, TRUE, FALSE };
const BlKind my_kind_sequence = { "sequence", 20, FALSE, FALSE, FALSE };
const BlKind my_kind_table = { "table", 40, TRUE, FALSE, TRUE };
const BlKind my_kind_package = { "package", 50, FALSE, FALSE, FALSE };
const BlKind my_kind_library = { "library", 55, FALSE, FALSE, FALSE };
const BlKind my_kind_function = { "function", 60, FALSE, FALSE, FALSE };
const BlKind my_kind_procedure = { "procedure", 70, FALSE, FALSE, FALSE };
const BlKind my_kind_view = { "view", 80, FALSE, FALSE, FALSE };
const BlKind my_kind_package_body = { "package body", 90, FALSE, FALSE, FALSE };
const BlKind my_kind_trigger = { "trigger", 100, FALSE, FALSE, FALSE };
const BlKind my_kind_event = { "event", 110, FALSE, FALSE, FALSE };
const BlKind my_kind_event_state = { "event state", 120, FALSE, TRUE, FALSE };

const BlKind *const my_kinds[] = {
    &my_kind_database,
    &my_kind_sequence,
    &my_kind_table,
    &my_kind_package,
    &my_kind_library,
    &my_kind_function,
    &my_kind_procedure,
    &my_kind_view,
    &my_kind_package_body,
    &my_kind_trigger,
    &my_kind_event,
    &my_kind_event_state,
    NULL,
};

/* The mark of a database of ours (scratch.c). */
const char *const my_default_ignore[] = { "baseline_mark", NULL };

/* SPDX-License-Identifier: MIT */
#include "common/engine/postgres/reader.h"

const PgSection pg_section_defaults = { NULL, 0, NULL };

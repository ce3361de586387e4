/* SPDX-License-Identifier: MIT */
#include "common/engine/postgres/reader.h"

const PgSection pg_section_types = { NULL, 0, NULL };

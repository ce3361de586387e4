/* SPDX-License-Identifier: MIT */
#include "common/engine/postgres/reader.h"

const PgSection pg_section_names = { NULL, 0, NULL };

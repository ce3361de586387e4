/* SPDX-License-Identifier: MIT */
#include "common/engine/postgres/reader.h"

const PgSection pg_section_publications = { NULL, 0, NULL };

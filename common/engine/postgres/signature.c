/* SPDX-License-Identifier: MIT */
#include "common/engine/postgres/clauses.h"

/* One argument, as the arrays of pg_proc give it. */
typedef struct {
    char mode; /* pg_proc.proargmodes: i o b v t */
    const char *name;
    const char *type;
    const char *value;
} Argument;

static const char *
element(const GPtrArray *array, guint i)
{
    return array != NULL && i < array->len ? g_ptr_array_index(array, i) : NULL;
}

static GPtrArray *
split_column(const PGresult *result, int row, int column)
{
    const char *text = pg_text(result, row, column);
    return text != NULL ? pg_split_array(text) : NULL;
}

static const char *
mode_text(char mode)
{
    return mode == 'o' ? "OUT " : mode == 'b' ? "INOUT " : mode == 'v' ? "VARIADIC " : "";
}

static void
append_argument(GString *out, const Argument *argument, const char *separator)
{
    g_string_append(out, separator);
    g_string_append(out, mode_text(argument->mode));
    if (argument->name != NULL && argument->name[0] != '\0') {
        pg_append_name(out, argument->name);
        g_string_append_c(out, ' ');
    }
    g_string_append(out, argument->type);
    if (argument->value != NULL)
        g_string_append_printf(out, " DEFAULT %s", argument->value);
}

/* The same without names, in one of the lists that tell functions apart. */
static void
append_type(GString *out, const char *mode, const char *type)
{
    g_string_append_printf(out, "%s%s%s", out->len > 0 ? ", " : "", mode, type);
}

/* What stands before argument @i of an ordered-set aggregate. */
static const char *
separator_at(guint i, int n_direct)
{
    if ((int)i == n_direct)
        return i == 0 ? "ORDER BY " : " ORDER BY ";
    return i == 0 ? "" : ", ";
}

static void
append_column(GString **table, const Argument *argument)
{
    if (*table == NULL)
        *table = g_string_new(NULL);
    const Argument column = { 'i', argument->name, argument->type, NULL };
    append_argument(*table, &column, (*table)->len > 0 ? ", " : "");
}

void
pg_signature_read(PgSignature *signature, const PGresult *result, int row, int column, int n_direct)
{
    g_autoptr(GPtrArray) types = split_column(result, row, column);
    g_autoptr(GPtrArray) modes = split_column(result, row, column + 1);
    g_autoptr(GPtrArray) names = split_column(result, row, column + 2);
    g_autoptr(GPtrArray) values = split_column(result, row, column + 3);
    g_autoptr(GString) arguments = g_string_new(NULL);
    g_autoptr(GString) input = g_string_new(NULL);
    g_autoptr(GString) all = g_string_new(NULL);
    GString *table = NULL;
    Argument argument = { 0 };
    signature->n = 0;
    for (guint i = 0; i < types->len; i++) {
        const char *mode = element(modes, i);
        argument = (Argument){ mode != NULL ? mode[0] : 'i', element(names, i), element(types, i),
                               element(values, i) };
        if (argument.mode == 't') {
            append_column(&table, &argument);
            continue;
        }
        append_argument(arguments, &argument, separator_at(i, n_direct));
        append_type(all, argument.mode == 'i' ? "IN " : mode_text(argument.mode), argument.type);
        if (argument.mode != 'o') {
            append_type(input, "", argument.type);
            signature->n++;
        }
    }
    /* All arguments are direct: the last one, VARIADIC, stands for the ordered ones too. */
    if (n_direct > 0 && n_direct == (int)types->len)
        append_argument(arguments, &argument, " ORDER BY ");
    signature->arguments = g_strdup(arguments->str);
    signature->types = g_strdup(input->str);
    signature->modes = g_strdup(all->str);
    signature->table = table != NULL ? g_string_free(table, FALSE) : NULL;
}

void
pg_signature_clear(PgSignature *signature)
{
    g_free(signature->arguments);
    g_free(signature->types);
    g_free(signature->modes);
    g_free(signature->table);
}

char *
pg_signature_key(const char *name, guint n, const char *types)
{
    return g_strdup_printf("%s\001%03u\001%s", name, n, types);
}

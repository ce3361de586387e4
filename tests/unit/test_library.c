/* SPDX-License-Identifier: MIT */
#include "common/base/error.h"
#include "common/engine/library.h"

typedef struct {
    double (*cos)(double);
    double (*pow)(double, double);
} Mathematics;

static const BlLibraryFunction functions[] = {
    BL_LIBRARY_FUNCTION(Mathematics, cos),
    BL_LIBRARY_FUNCTION(Mathematics, pow),
};

static BlLibrary
library_for(Mathematics *table)
{
    return (BlLibrary){
        .file = "libm.so.6",
        .users = "sums need",
        .install = "install libm",
        .renew = "install a newer libm",
        .functions = functions,
        .n_functions = G_N_ELEMENTS(functions),
        .table = table,
        .size = sizeof *table,
    };
}

static void
test_functions_are_found(void)
{
    g_autoptr(GError) error = NULL;
    Mathematics table = { 0 };
    const BlLibrary library = library_for(&table);
    g_assert_true(bl_library_load(&library, &error));
    g_assert_no_error(error);
    g_assert_cmpfloat(table.cos(0), ==, 1);
    g_assert_cmpfloat(table.pow(2, 10), ==, 1024);
}

static double
same(double x)
{
    return x;
}

static void
test_loaded_once(void)
{
    Mathematics table = { .cos = same };
    const BlLibrary library = library_for(&table);
    g_assert_true(bl_library_load(&library, NULL));
    g_assert_true(table.cos == same);
}

static void
test_no_library(void)
{
    g_autoptr(GError) error = NULL;
    Mathematics table = { 0 };
    BlLibrary library = library_for(&table);
    library.file = "libnothing-of-this-name.so.1";
    g_assert_false(bl_library_load(&library, &error));
    g_assert_error(error, BL_ERROR, BL_ERROR_UNSUPPORTED);
    g_assert_true(
        g_str_has_prefix(error->message, "sums need the library libnothing-of-this-name.so.1: "));
    g_assert_cmpstr(bl_error_info(error)->hint, ==, "install libm");
    g_assert_null(table.cos);
}

static void
test_no_function(void)
{
    static const BlLibraryFunction newer[] = {
        BL_LIBRARY_FUNCTION(Mathematics, cos),
        { "cosine_of_the_next_century", G_STRUCT_OFFSET(Mathematics, pow) },
    };
    g_autoptr(GError) error = NULL;
    Mathematics table = { 0 };
    BlLibrary library = library_for(&table);
    library.functions = newer;
    g_assert_false(bl_library_load(&library, &error));
    g_assert_error(error, BL_ERROR, BL_ERROR_UNSUPPORTED);
    g_assert_cmpstr(error->message, ==,
                    "the library libm.so.6 has no function \"cosine_of_the_next_century\"");
    g_assert_cmpstr(bl_error_info(error)->hint, ==, "install a newer libm");
    /* All of them or none. */
    g_assert_null(table.cos);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/library/functions-are-found", test_functions_are_found);
    g_test_add_func("/library/loaded-once", test_loaded_once);
    g_test_add_func("/library/no-library", test_no_library);
    g_test_add_func("/library/no-function", test_no_function);
    return g_test_run();
}

# The libraries of others, and how they are linked.

find_package(PkgConfig REQUIRED)
pkg_check_modules(GLIB REQUIRED IMPORTED_TARGET glib-2.0>=2.74)
pkg_check_modules(JANSSON REQUIRED IMPORTED_TARGET jansson>=2.13)
pkg_check_modules(ZLIB REQUIRED IMPORTED_TARGET zlib)
set(BL_PRIVATE_MODULES "jansson >= 2.13, zlib")

# BL_WITH_SQLITE, BL_WITH_POSTGRES, BL_WITH_MYSQL: a program that speaks to one engine needs only that
# engine's library.
foreach(engine IN ITEMS SQLITE POSTGRES MYSQL)
    option(BL_WITH_${engine} "build this engine" ON)
    if(BL_WITH_${engine})
        list(APPEND BL_ENGINES ${engine})
    else()
        list(APPEND BL_LEFT_OUT ${engine})
    endif()
endforeach()
if(NOT BL_ENGINES)
    message(FATAL_ERROR "every engine is left out: BL_WITH_SQLITE, BL_WITH_POSTGRES, BL_WITH_MYSQL")
elseif(BL_LEFT_OUT)
    message(STATUS "built without ${BL_LEFT_OUT}, and so without the tests")
endif()
if(BL_WITH_SQLITE)
    pkg_check_modules(SQLITE REQUIRED IMPORTED_TARGET sqlite3>=3.37)
    string(PREPEND BL_PRIVATE_MODULES "sqlite3 >= 3.37, ")
    set(BL_SQLITE PkgConfig::SQLITE)
endif()
if(BL_WITH_POSTGRES)
    pkg_check_modules(LIBPQ REQUIRED libpq>=14)
endif()
if(BL_WITH_MYSQL)
    # The header decides which library is loaded: their structs differ.
    set(BL_MYSQL_CLIENT "libmariadb>=3.3;mysqlclient>=21" CACHE STRING "client library of MySQL: the first of these that is there")
    pkg_search_module(MYSQL REQUIRED ${BL_MYSQL_CLIENT})
endif()

if(CMAKE_BUILD_TYPE MATCHES "^(Release|MinSizeRel)$")
    set(BL_ARCHIVES_DEFAULT ON)
else()
    set(BL_ARCHIVES_DEFAULT OFF)
endif()
option(BL_ARCHIVES "link GLib, jansson, zlib and SQLite into the programs, where their archives are there" ${BL_ARCHIVES_DEFAULT})

# bl_libraries: what the programs and the tests link. To find, map and bind these is a fifth of what
# a short run of a program takes.
add_library(bl_libraries INTERFACE)
if(BL_ARCHIVES)
    include(CheckCSourceCompiles)
    set(includes ${GLIB_INCLUDE_DIRS} ${JANSSON_INCLUDE_DIRS} ${ZLIB_INCLUDE_DIRS})
    set(archives)
    foreach(name IN ITEMS glib-2.0 pcre2-8 jansson z)
        find_library(BL_ARCHIVE_${name} lib${name}.a HINTS ${GLIB_LIBDIR})
        mark_as_advanced(BL_ARCHIVE_${name})
        list(APPEND archives ${BL_ARCHIVE_${name}})
    endforeach()
    # Not every system has the archive of SQLite.
    if(BL_WITH_SQLITE)
        find_library(BL_ARCHIVE_sqlite3 libsqlite3.a HINTS ${SQLITE_LIBDIR})
        mark_as_advanced(BL_ARCHIVE_sqlite3)
    endif()
    if(BL_WITH_SQLITE AND BL_ARCHIVE_sqlite3)
        list(PREPEND archives ${BL_ARCHIVE_sqlite3})
        list(APPEND includes ${SQLITE_INCLUDE_DIRS})
    else()
        list(PREPEND archives ${BL_SQLITE})
    endif()
    list(APPEND archives m)
    set(CMAKE_REQUIRED_INCLUDES ${includes})
    set(CMAKE_REQUIRED_LIBRARIES ${archives})
    if(BL_WITH_SQLITE)
        set(CMAKE_REQUIRED_DEFINITIONS -DBL_WITH_SQLITE)
    endif()
    # GLib elsewhere may need more than these: then the shared ones are linked.
    check_c_source_compiles("
        #include <glib.h>
        #include <jansson.h>
        #include <zlib.h>
        #ifdef BL_WITH_SQLITE
        #include <sqlite3.h>
        #else
        #define sqlite3_initialize() 0
        #endif
        int main(void)
        {
            g_autofree char *text = g_utf8_normalize(g_get_tmp_dir(), -1, G_NORMALIZE_ALL);
            json_t *json = json_string(text);
            return json_is_string(json) && zlibVersion() != 0 ? sqlite3_initialize() : 1;
        }" BL_ARCHIVES_LINK)
    unset(CMAKE_REQUIRED_INCLUDES)
    unset(CMAKE_REQUIRED_DEFINITIONS)
    unset(CMAKE_REQUIRED_LIBRARIES)
endif()
if(BL_ARCHIVES AND BL_ARCHIVES_LINK)
    target_include_directories(bl_libraries SYSTEM INTERFACE ${includes})
    target_link_libraries(bl_libraries INTERFACE ${archives})
else()
    target_link_libraries(bl_libraries INTERFACE
        PkgConfig::GLIB ${BL_SQLITE} PkgConfig::JANSSON PkgConfig::ZLIB)
endif()

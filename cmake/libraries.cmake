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
option(BL_ARCHIVES "link GLib, jansson and zlib into the programs, where their archives are there" ${BL_ARCHIVES_DEFAULT})

# bl_libraries: what the programs and the tests link. To find, map and bind GLib and jansson is a
# tenth of what a short run of a program takes.
add_library(bl_libraries INTERFACE)
if(BL_ARCHIVES)
    include(CheckCSourceCompiles)
    set(CMAKE_REQUIRED_INCLUDES ${GLIB_INCLUDE_DIRS} ${JANSSON_INCLUDE_DIRS} ${ZLIB_INCLUDE_DIRS})
    foreach(name IN ITEMS glib-2.0 pcre2-8 jansson z)
        find_library(BL_ARCHIVE_${name} lib${name}.a HINTS ${GLIB_LIBDIR})
        mark_as_advanced(BL_ARCHIVE_${name})
        list(APPEND CMAKE_REQUIRED_LIBRARIES ${BL_ARCHIVE_${name}})
    endforeach()
    list(APPEND CMAKE_REQUIRED_LIBRARIES m)
    # GLib elsewhere may need more than these: then the shared ones are linked.
    check_c_source_compiles("
        #include <glib.h>
        #include <jansson.h>
        #include <zlib.h>
        int main(void)
        {
            g_autofree char *text = g_utf8_normalize(g_get_tmp_dir(), -1, G_NORMALIZE_ALL);
            json_t *json = json_string(text);
            return json_is_string(json) && zlibVersion() != 0 ? 0 : 1;
        }" BL_ARCHIVES_LINK)
    set(archives ${CMAKE_REQUIRED_LIBRARIES})
    unset(CMAKE_REQUIRED_INCLUDES)
    unset(CMAKE_REQUIRED_LIBRARIES)
endif()
if(BL_ARCHIVES AND BL_ARCHIVES_LINK)
    target_include_directories(bl_libraries SYSTEM INTERFACE
        ${GLIB_INCLUDE_DIRS} ${JANSSON_INCLUDE_DIRS} ${ZLIB_INCLUDE_DIRS})
    target_link_libraries(bl_libraries INTERFACE ${archives} ${BL_SQLITE})
else()
    target_link_libraries(bl_libraries INTERFACE
        PkgConfig::GLIB ${BL_SQLITE} PkgConfig::JANSSON PkgConfig::ZLIB)
endif()

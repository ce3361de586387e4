# Flags that every target of ours gets: link bl_warnings and bl_options.

add_library(bl_warnings INTERFACE)
target_compile_options(bl_warnings INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wstrict-prototypes
    -Wmissing-prototypes -Wold-style-definition -Wformat=2 -Wundef -Wcast-qual -Wwrite-strings
    -Wpointer-arith -Wswitch-enum -Wvla -Wimplicit-fallthrough -Wdouble-promotion
    # Tests use what they have just asserted, which the optimiser does not take for a check.
    $<$<NOT:$<BOOL:$<TARGET_PROPERTY:BL_IS_TEST>>>:-Wnull-dereference>)
if(CMAKE_C_COMPILER_ID STREQUAL "GNU")
    target_compile_options(bl_warnings INTERFACE
        -Wlogical-op -Wduplicated-cond -Wduplicated-branches -Walloca -Wtrampolines)
endif()
if(BL_WERROR)
    target_compile_options(bl_warnings INTERFACE -Werror)
endif()

add_library(bl_options INTERFACE)
target_compile_definitions(bl_options INTERFACE
    _GNU_SOURCE
    BL_VERSION="${PROJECT_VERSION}"
    GLIB_VERSION_MIN_REQUIRED=GLIB_VERSION_2_74
    GLIB_VERSION_MAX_ALLOWED=GLIB_VERSION_2_74)
target_include_directories(bl_options INTERFACE ${PROJECT_SOURCE_DIR})
# Nobody replaces our functions at run time: calls inside the library need no indirection.
target_compile_options(bl_options INTERFACE -fno-semantic-interposition)

if(CMAKE_BUILD_TYPE MATCHES "^(Release|MinSizeRel)$")
    target_compile_options(bl_options INTERFACE
        -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -fstack-protector-strong -fstack-clash-protection)
    target_link_options(bl_options INTERFACE -Wl,-z,relro,-z,now)
    # A tenth of the space of the usual form, and so fewer pages to read at each start.
    include(CheckLinkerFlag)
    check_linker_flag(C -Wl,-z,pack-relative-relocs BL_PACKS_RELOCATIONS)
    if(BL_PACKS_RELOCATIONS)
        target_link_options(bl_options INTERFACE -Wl,-z,pack-relative-relocs)
    endif()
endif()

if(BL_SANITIZE)
    list(JOIN BL_SANITIZE "," sanitizers)
    target_compile_options(bl_options INTERFACE
        -fsanitize=${sanitizers} -fno-sanitize-recover=all -fno-omit-frame-pointer -g)
    target_link_options(bl_options INTERFACE -fsanitize=${sanitizers})
endif()
if(BL_FUZZ)
    target_compile_options(bl_options INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(BL_COVERAGE)
    target_compile_options(bl_options INTERFACE --coverage -O0)
    target_link_options(bl_options INTERFACE --coverage)
endif()
if(BL_ANALYZER)
    target_compile_options(bl_options INTERFACE -fanalyzer)
endif()

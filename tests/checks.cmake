# Other builds of the same tree and the lint checks, as tests of the preset "dev".

set(lint ${CMAKE_CURRENT_SOURCE_DIR}/lint)
set(lib ${CMAKE_CURRENT_SOURCE_DIR}/lib)

# Each preset is one build below build/; the tests that need it come after it.
foreach(preset IN ITEMS asan clang release analyzer fuzz)
    add_test(NAME build.${preset} COMMAND ${SH_PROGRAM} ${lib}/build.sh ${preset})
    bl_set_test(build.${preset} build TIMEOUT 1200 PROCESSORS 2 FIXTURES_SETUP build-${preset})
endforeach()

# The tests of another build, by label and pattern.
function(bl_add_nested name label preset labels)
    add_test(NAME ${name} COMMAND ${SH_PROGRAM} ${lib}/nested.sh ${preset} ${labels} ${ARGN})
    bl_set_test(${name} ${label}
        TIMEOUT 1500 PROCESSORS 2 FIXTURES_REQUIRED build-${preset})
endfunction()
# One round trip for each kind of work: the others differ in their input only.
bl_add_nested(asan.unit asan asan unit)
bl_add_nested(asan.cli asan asan cli)
bl_add_nested(asan.roundtrip asan asan roundtrip "sqlite_|postgres_(pagila|rows|zoo_15)|mysql_torture")
# Those that trace the tools do not go together with a sanitizer.
bl_add_nested(asan.fault asan asan fault engine)
bl_add_nested(asan.fuzz asan asan fuzz)
bl_add_nested(fuzz.search build fuzz fuzz)

add_test(NAME build.install COMMAND ${BL_CLEAN} ${SH_PROGRAM} ${lib}/install.sh)
bl_set_test(build.install build TIMEOUT 300 FIXTURES_REQUIRED build-release)

add_test(NAME build.engines COMMAND ${BL_CLEAN} ${SH_PROGRAM} ${lib}/engines.sh)
bl_set_test(build.engines build TIMEOUT 1200 PROCESSORS 2)

# A check that finds nothing proves nothing: each one with a --self-test must find seeded faults.
foreach(check IN ITEMS banned codespell cppcheck format layers man options shell sources)
    add_test(NAME lint.${check} COMMAND ${BL_CLEAN} ${SH_PROGRAM} ${lint}/${check}.sh)
    bl_set_test(lint.${check} lint TIMEOUT 600)
    add_test(NAME lint.${check}.self COMMAND ${BL_CLEAN} ${SH_PROGRAM} ${lint}/${check}.sh --self-test)
    bl_set_test(lint.${check}.self lint TIMEOUT 120)
endforeach()
add_test(NAME lint.tidy COMMAND ${BL_CLEAN} ${SH_PROGRAM} ${lint}/tidy.sh)
bl_set_test(lint.tidy lint TIMEOUT 1500 PROCESSORS 2 FIXTURES_REQUIRED build-clang)
add_test(NAME lint.tidy.self COMMAND ${BL_CLEAN} ${SH_PROGRAM} ${lint}/tidy.sh --self-test)
bl_set_test(lint.tidy.self lint TIMEOUT 120)
# One process, the longest of them: at the end nothing would be left to run beside it.
set_tests_properties(lint.shell PROPERTIES COST 1000)

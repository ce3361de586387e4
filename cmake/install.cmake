# What "cmake --install" puts where.

# Where <baseline/load/loader.h> finds its own "common/base/error.h".
set(BL_HEADER_DIR ${CMAKE_INSTALL_INCLUDEDIR}/baseline)

install(TARGETS baseline schema-dump schema-load migrate
    RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR}
    LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})

# The tools' own layer (common/cli, the commands) and the engines' folders are not for others.
install(DIRECTORY common dump load squash
    DESTINATION ${BL_HEADER_DIR}
    FILES_MATCHING PATTERN "*.h"
    PATTERN "common/cli" EXCLUDE
    PATTERN "squash/cmd*.h" EXCLUDE
    REGEX "/common/engine/[^/]+/" EXCLUDE
    REGEX "/common/engine/[a-z]+$" EXCLUDE)

# The prefix follows the file, so that "cmake --install --prefix" and a moved tree work.
if(IS_ABSOLUTE "${CMAKE_INSTALL_LIBDIR}")
    set(BL_PC_PREFIX ${CMAKE_INSTALL_PREFIX})
else()
    file(RELATIVE_PATH up /prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig /prefix)
    string(REGEX REPLACE "/$" "" up "${up}")
    set(BL_PC_PREFIX "\${pcfiledir}/${up}")
endif()
configure_file(baseline.pc.in baseline.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/baseline.pc
    DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

foreach(tool IN ITEMS dump/schema-dump load/schema-load squash/migrate)
    get_filename_component(name ${tool} NAME)
    install(FILES ${tool}.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
    install(FILES ${tool}.bash
        DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions
        RENAME ${name})
endforeach()
install(FILES README.md LICENSE CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR})

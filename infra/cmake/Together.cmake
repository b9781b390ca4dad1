# A build from nothing, as CI's and a release's, reads files of a target together, and so their headers once:
# -DGATEHOUSE_TOGETHER=ON.  A developer's does without: there an edit compiles one file, and a missing include is an error.
option(GATEHOUSE_TOGETHER "compile files of a target together" OFF)
if(GATEHOUSE_TOGETHER)
  add_compile_options($<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)  # of headers, as files read by another seem
  # The compiler tidies its memory up at 1 GB, not over and over from 128 MB on: 8 % of its time for a third more memory.
  add_compile_options($<$<CXX_COMPILER_ID:GNU>:--param=ggc-min-heapsize=1000000>)
endif()
set(GATEHOUSE_TOGETHER_GROUPS ${PROJECT_SOURCE_DIR}/infra/lint/together.py)

# The target's files, in groups of those that give no name to two things.
function(gatehouse_together TARGET)
  if(NOT GATEHOUSE_TOGETHER)
    return()
  endif()
  get_target_property(SOURCES ${TARGET} SOURCES)
  list(FILTER SOURCES INCLUDE REGEX "\\.cpp$")
  execute_process(COMMAND /usr/bin/python3 ${GATEHOUSE_TOGETHER_GROUPS} ${SOURCES} OUTPUT_VARIABLE LINES
                  OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
  string(REPLACE "\n" ";" LINES "${LINES}")
  set(NUMBER 0)
  foreach(LINE ${LINES})
    string(REPLACE "|" ";" FILES "${LINE}")
    set_source_files_properties(${FILES} TARGET_DIRECTORY ${TARGET} PROPERTIES UNITY_GROUP ${NUMBER})
    math(EXPR NUMBER "${NUMBER} + 1")
  endforeach()
  set_target_properties(${TARGET} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${GATEHOUSE_TOGETHER_GROUPS} ${SOURCES})
endfunction()

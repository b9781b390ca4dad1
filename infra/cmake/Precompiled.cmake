# A build from nothing, as CI's, reads the standard headers once: -DGATEHOUSE_PCH=ON.  A developer's does without: there a
# missing include is an error, and ccache finds what it kept.
option(GATEHOUSE_PCH "precompile the headers that most files include" OFF)
if(GATEHOUSE_PCH)
  add_compile_options(-Wno-error)  # g++ 12 forgets that these are the system's headers
endif()

# Declares a set of headers that targets with the same LIBS (whose options are theirs) share.
function(gatehouse_precompiled_set NAME)
  cmake_parse_arguments(SET "" "" "LIBS;HEADERS" ${ARGN})
  if(GATEHOUSE_PCH)
    add_library(${NAME} OBJECT ${PROJECT_SOURCE_DIR}/infra/lint/empty.cpp)
    target_link_libraries(${NAME} PRIVATE ${SET_LIBS})
    target_precompile_headers(${NAME} PRIVATE ${SET_HEADERS})
  endif()
endfunction()

function(gatehouse_precompiled NAME)
  if(GATEHOUSE_PCH)
    foreach(TARGET ${ARGN})
      target_precompile_headers(${TARGET} REUSE_FROM ${NAME})
    endforeach()
  endif()
endfunction()

# gatehouse_add_plugin(NAME [LIBS target…]): the folder's *.cpp become NAME.so, but for *_test.cpp, which become the test
# plugin_NAME (GoogleTest).  The same function in the gateway's tree and, by find_package(Gatehouse), out of it.
set(GATEHOUSE_PLUGIN_EXPORTS ${CMAKE_CURRENT_LIST_DIR}/plugin.exports)

function(gatehouse_add_plugin NAME)
  cmake_parse_arguments(PLUGIN "" "" "LIBS" ${ARGN})
  file(GLOB SOURCES CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  set(TESTS ${SOURCES})
  list(FILTER SOURCES EXCLUDE REGEX "_test\\.cpp$")
  list(FILTER TESTS INCLUDE REGEX "_test\\.cpp$")

  add_library(plugin_${NAME} MODULE ${SOURCES})
  target_compile_features(plugin_${NAME} PRIVATE cxx_std_20)
  target_link_libraries(plugin_${NAME} PRIVATE Gatehouse::plugin ${PLUGIN_LIBS})
  # Nothing of one plugin may be taken for another's, and it must be possible to unload it.
  set_target_properties(plugin_${NAME} PROPERTIES
    PREFIX "" SUFFIX ".so" OUTPUT_NAME ${NAME} LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/plugins
    CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON POSITION_INDEPENDENT_CODE ON)
  target_compile_options(plugin_${NAME} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-fno-gnu-unique>)
  target_link_options(plugin_${NAME} PRIVATE LINKER:--version-script=${GATEHOUSE_PLUGIN_EXPORTS})
  set_target_properties(plugin_${NAME} PROPERTIES LINK_DEPENDS ${GATEHOUSE_PLUGIN_EXPORTS})
  include(GNUInstallDirs)
  install(TARGETS plugin_${NAME} LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}/gatehouse/plugins)

  if(TESTS AND BUILD_TESTING)
    find_package(GTest REQUIRED)
    add_executable(plugin_${NAME}_test ${SOURCES} ${TESTS})
    target_compile_features(plugin_${NAME}_test PRIVATE cxx_std_20)
    set_target_properties(plugin_${NAME}_test PROPERTIES CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
    target_link_libraries(plugin_${NAME}_test PRIVATE Gatehouse::plugin ${PLUGIN_LIBS} GTest::gtest_main)
    add_test(NAME plugin_${NAME} COMMAND plugin_${NAME}_test)
  endif()
endfunction()

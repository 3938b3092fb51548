# Tests that hang are ended; builds with a sanitizer take their time.
set(WEIR_TEST_PATIENCE 1 CACHE STRING "How many times longer tests may take in this build than in others")
math(EXPR WEIR_TEST_SECONDS "120 * ${WEIR_TEST_PATIENCE}")
math(EXPR WEIR_E2E_SECONDS "900 * ${WEIR_TEST_PATIENCE}")

# weir_layer(NAME [LINKS targets…]): one folder of src/ becomes one static library weir_NAME (slashes become
# underscores). The link line is the folder's permission list: tests/tidy fails on an include that goes elsewhere.
# Files named *_test.cpp form the folder's test program instead.
function(weir_layer name)
  cmake_parse_arguments(LAYER "" "" "LINKS;TEST_LINKS" ${ARGN})
  string(REPLACE "/" "_" id ${name})

  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  set(tests ${sources})
  list(FILTER sources EXCLUDE REGEX "_test\\.cpp$")
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")

  if(sources)
    add_library(weir_${id} STATIC ${sources})
    set(scope PUBLIC)
  else()
    add_library(weir_${id} INTERFACE)
    set(scope INTERFACE)
  endif()
  target_include_directories(weir_${id} ${scope} ${CMAKE_SOURCE_DIR}/src ${CMAKE_SOURCE_DIR}/include)
  target_link_libraries(weir_${id} ${scope} ${LAYER_LINKS})
  if(sources)
    target_compile_options(weir_${id} PRIVATE ${WEIR_WARNINGS})
  endif()

  if(tests AND BUILD_TESTING)
    add_executable(weir_${id}_test ${tests})
    target_link_libraries(weir_${id}_test PRIVATE weir_${id} weir_test_main ${LAYER_TEST_LINKS})
    target_compile_options(weir_${id}_test PRIVATE ${WEIR_WARNINGS})
    add_test(NAME ${name} COMMAND weir_${id}_test)
    set_tests_properties(${name} PROPERTIES TIMEOUT ${WEIR_TEST_SECONDS})
  endif()
endfunction()

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
    weir_precompile(weir_${id})
  endif()

  if(tests AND BUILD_TESTING)
    add_executable(weir_${id}_test ${tests})
    target_link_libraries(weir_${id}_test PRIVATE weir_${id} weir_test_main ${LAYER_TEST_LINKS})
    target_compile_options(weir_${id}_test PRIVATE ${WEIR_WARNINGS} -fPIC)
    weir_precompile(weir_${id}_test TESTS)
    add_test(NAME ${name} COMMAND weir_${id}_test)
    set_tests_properties(${name} PROPERTIES TIMEOUT ${WEIR_TEST_SECONDS})
  endif()
endfunction()

# weir_program(NAME SOURCE): a program that people run: weir itself, or flows in C++.
#
# A released one is a single file for every Linux with glibc 2.34 or younger, and starts fast. Debian's libgcc, linked
# in, would want 2.35 for its unwinder, hence LLVM's; what nobody calls is left out, or libstdc++ would want 2.36 for
# random numbers. Sanitizers bring a runtime of their own.
function(weir_program name source)
  add_executable(${name} ${source})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
  if(CMAKE_BUILD_TYPE STREQUAL Release)
    target_link_options(${name} PRIVATE -static-libstdc++ -static-libgcc --rtlib=compiler-rt --unwindlib=libunwind
      LINKER:--gc-sections)
  endif()
endfunction()

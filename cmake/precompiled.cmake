# Other people's headers that most files include, parsed once: they were four fifths of the time that compiling took.
#
# Files still include what they use. The fuzz preset compiles without this, so that a missing include is found.
#
# weir_precompile(TARGET [TESTS])
add_library(weir_precompiled OBJECT ${CMAKE_CURRENT_LIST_DIR}/precompiled.cpp)
add_library(weir_precompiled_tests OBJECT ${CMAKE_CURRENT_LIST_DIR}/precompiled.cpp)

set(headers
  <algorithm> <array> <boost/json.hpp> <charconv> <chrono> <cstdint> <deque> <expected> <filesystem> <fmt/format.h>
  <fstream> <functional> <map> <memory> <mutex> <optional> <set> <span> <string> <string_view> <thread> <unordered_map>
  <unordered_set> <utility> <variant> <vector>)
target_precompile_headers(weir_precompiled PRIVATE ${headers})
target_precompile_headers(weir_precompiled_tests PRIVATE ${headers} <doctest/doctest.h>)

# Without times, so that the compiler cache knows it again. Position-independent like what goes into libraries: clang
# takes no other.
foreach(target weir_precompiled weir_precompiled_tests)
  target_compile_options(${target} PRIVATE "SHELL:-Xclang -fno-pch-timestamp")
endforeach()

function(weir_precompile target)
  if("TESTS" IN_LIST ARGN)
    target_precompile_headers(${target} REUSE_FROM weir_precompiled_tests)
  else()
    target_precompile_headers(${target} REUSE_FROM weir_precompiled)
  endif()
endfunction()

# Every third-party part weir builds on, each found once. `./dev setup` installs them all.
#
# All of it is linked in: weir is one file, and runs where nothing of this is installed.
find_package(Threads REQUIRED)
set(Boost_USE_STATIC_LIBS ON)
find_package(Boost 1.81 REQUIRED COMPONENTS json)

# weir_static(NAME LIBRARY...): weir_NAME stands for the static libraries of these names.
function(weir_static name)
  add_library(weir_${name} INTERFACE)
  foreach(library IN LISTS ARGN)
    find_library(WEIR_STATIC_${library} lib${library}.a REQUIRED)
    target_link_libraries(weir_${name} INTERFACE ${WEIR_STATIC_${library}})
  endforeach()
endfunction()

weir_static(sodium sodium)
weir_static(yaml_cpp yaml-cpp)
add_library(weir_fmt STATIC ${CMAKE_CURRENT_LIST_DIR}/fmt.cpp)
find_package(CLI11 REQUIRED)
find_package(doctest REQUIRED)
find_package(benchmark REQUIRED)

# SQLite is compiled in: Debian's 3.40.1 has a race between processes that reset the write-ahead log (fixed in
# 3.51.3). `./dev setup` unpacks a pinned amalgamation.
set(WEIR_SQLITE_DIR ${CMAKE_SOURCE_DIR}/.deps/sqlite CACHE PATH "Folder with sqlite3.c and sqlite3.h")
if(NOT EXISTS ${WEIR_SQLITE_DIR}/sqlite3.c)
  message(FATAL_ERROR "no SQLite source in ${WEIR_SQLITE_DIR}: run ./dev setup")
endif()
add_library(weir_sqlite3 STATIC ${WEIR_SQLITE_DIR}/sqlite3.c)
target_include_directories(weir_sqlite3 SYSTEM PUBLIC ${WEIR_SQLITE_DIR})
target_compile_definitions(weir_sqlite3 PUBLIC
  HAVE_FDATASYNC=1  # a commit need not wait for the time of the file to be on disk
  SQLITE_DQS=0
  SQLITE_THREADSAFE=2
  SQLITE_DEFAULT_MEMSTATUS=0
  SQLITE_DEFAULT_WAL_SYNCHRONOUS=1
  SQLITE_LIKE_DOESNT_MATCH_BLOBS
  SQLITE_MAX_EXPR_DEPTH=0
  SQLITE_OMIT_DEPRECATED
  SQLITE_OMIT_LOAD_EXTENSION
  SQLITE_OMIT_SHARED_CACHE
  SQLITE_USE_ALLOCA)
target_compile_options(weir_sqlite3 PRIVATE -w)
target_link_libraries(weir_sqlite3 PUBLIC Threads::Threads m)

# libcurl is built by `./dev setup`: for HTTP only, so that it can be linked in.
set(WEIR_CURL_DIR ${CMAKE_SOURCE_DIR}/.deps/curl CACHE PATH "Folder with libcurl's include/ and lib/")
if(NOT EXISTS ${WEIR_CURL_DIR}/lib/libcurl.a)
  message(FATAL_ERROR "no libcurl in ${WEIR_CURL_DIR}: run ./dev setup")
endif()
weir_static(tls nghttp2 ssl crypto z)
add_library(weir_curl INTERFACE)
target_include_directories(weir_curl SYSTEM INTERFACE ${WEIR_CURL_DIR}/include)
target_compile_definitions(weir_curl INTERFACE CURL_STATICLIB)
target_link_libraries(weir_curl INTERFACE ${WEIR_CURL_DIR}/lib/libcurl.a weir_tls Threads::Threads ${CMAKE_DL_LIBS})

set(WEIR_WARNINGS -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Wimplicit-fallthrough -Werror)

add_library(weir_test_main STATIC ${CMAKE_SOURCE_DIR}/tests/test_main.cpp)
target_link_libraries(weir_test_main PUBLIC doctest::doctest)

#include "net/authorities.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <vector>

#include <doctest/doctest.h>

using namespace weir::net;

TEST_CASE("the first file of certificate authorities that is there is taken, and a folder is no file") {
  auto folder = std::filesystem::temp_directory_path() / "weir-authorities-test";
  std::filesystem::create_directories(folder);
  auto second = folder / "second.pem";
  auto third = folder / "third.pem";
  for (const auto& file : {second, third}) std::ofstream(file) << "a certificate\n";
  std::vector<const char*> files{"/nowhere/first.pem", folder.c_str(), second.c_str(), third.c_str()};
  CHECK(first_file(files) == second.string());
  std::filesystem::remove_all(folder);
  CHECK(first_file(files).empty());
}

TEST_CASE("without authorities of a file or a folder there are none") {
  CHECK(Authorities{}.none());
  CHECK_FALSE(Authorities{.file = "/a.pem"}.none());
  CHECK_FALSE(Authorities{.folder = "/certs"}.none());
}

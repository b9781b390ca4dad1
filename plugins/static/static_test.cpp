#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <gatehouse/testing.hpp>

#include "folder.h"
#include "mime.h"

namespace static_files {
namespace {

using gatehouse::testing::Gateway;
namespace fs = std::filesystem;

class Static : public ::testing::Test {
 protected:
  Static() : folder_(fs::path(::testing::TempDir()) / ("static_" + std::to_string(::getpid()))) {
    fs::create_directories(folder_ / "site/docs");
    write("site/index.html", "<p>home");
    write("site/docs/index.html", "<p>docs");
    write("site/app.js", "let a;");
    write("site/app.js.br", "BR");
    write("site/app.js.gz", "GZ");
    write("site/.env", "secret");
    write("outside.txt", "outside");
    fs::create_symlink("../outside.txt", folder_ / "site/out.txt");
    fs::create_symlink("app.js", folder_ / "site/in.js");
    ::mkfifo((folder_ / "site/fifo").c_str(), 0600);
    gateway.with("root", (folder_ / "site").string());
  }
  ~Static() override { fs::remove_all(folder_); }

  void write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name) << text;
  }
  std::string get(const std::string& target, gatehouse::testing::Fields fields = {}) {
    gateway.request("GET", target, std::move(fields));
    return gateway.run(GH_SERVE);
  }
  std::string field(std::string_view name) {
    for (const auto& [known, value] : gateway.answer().headers)
      if (known == name) return value;
    return {};
  }

  fs::path folder_;
  Gateway gateway;
};

TEST_F(Static, serves_files_and_the_index_of_a_folder) {
  EXPECT_EQ(get("/app.js"), "answer 200");
  EXPECT_EQ(gateway.answer().body, "let a;");
  EXPECT_EQ(field("Content-Type"), "text/javascript; charset=utf-8");
  EXPECT_EQ(get("/"), "answer 200");
  EXPECT_EQ(gateway.answer().body, "<p>home");
  EXPECT_EQ(get("/docs/"), "answer 200");
  EXPECT_EQ(gateway.answer().body, "<p>docs");
  EXPECT_EQ(get("/docs?a=b"), "answer 301");
  EXPECT_EQ(field("Location"), "/docs/?a=b");
  EXPECT_EQ(get("/%61pp%2Ejs"), "answer 200");
}

TEST_F(Static, gives_nothing_that_is_not_in_the_folder) {
  for (const auto* target : {"/none", "/out.txt", "/../outside.txt", "/docs/../../outside.txt",
                             "/%2e%2e/outside.txt", "/docs%2findex.html", "/app.js%00", "/app.js/",
                             "/.env", "/fifo", "/app.js/x", "/%zz", "//../outside.txt"})
    EXPECT_EQ(get(target), "pass") << target;
  EXPECT_EQ(get("/in.js"), "answer 200");
}

TEST_F(Static, follows_no_link_where_the_file_says_so) {
  gateway.with("symlinks", "none", 1);
  EXPECT_EQ(get("/in.js"), "pass");
  EXPECT_EQ(get("/app.js"), "answer 200");
}

TEST_F(Static, sends_what_was_compressed_before_to_those_who_take_it) {
  gateway.with("precompressed", "br", 0);
  gateway.with("precompressed", "gzip", 1);
  const std::pair<const char*, const char*> cases[] = {
      {"gzip, deflate, br", "BR"},    {"gzip", "GZ"}, {"br;q=0.1, gzip;q=0.2", "GZ"},
      {"br;q=0, gzip;q=0", "let a;"}, {"*", "BR"},    {"", "let a;"},
      {"identity", "let a;"},         {"BR", "BR"},   {"br;q=x", "let a;"}};
  for (const auto& [accepts, body] : cases) {
    EXPECT_EQ(get("/app.js", {{"Accept-Encoding", accepts}}), "answer 200");
    EXPECT_EQ(gateway.answer().body, body) << accepts;
    EXPECT_EQ(field("Vary"), "Accept-Encoding");
    EXPECT_EQ(field("Content-Type"), "text/javascript; charset=utf-8");
  }
  EXPECT_EQ(get("/", {{"Accept-Encoding", "br"}}), "answer 200");
  EXPECT_EQ(field("Content-Encoding"), "");
}

TEST_F(Static, knows_what_the_client_has) {
  EXPECT_EQ(get("/app.js"), "answer 200");
  const std::string etag = field("ETag");
  EXPECT_EQ(get("/app.js", {{"If-None-Match", etag}}), "answer 304");
  EXPECT_EQ(gateway.answer().body, "");
  EXPECT_EQ(get("/app.js", {{"Range", "bytes=1-2"}, {"If-Range", etag}}), "answer 206");
  EXPECT_EQ(gateway.answer().body, "et");
  EXPECT_EQ(field("Content-Range"), "bytes 1-2/6");
  EXPECT_EQ(get("/app.js", {{"Range", "bytes=6-"}}), "answer 416");
  EXPECT_EQ(field("Content-Range"), "bytes */6");
}

TEST_F(Static, says_of_what_type_an_empty_file_is) {
  write("site/empty.js", "");
  EXPECT_EQ(get("/empty.js"), "answer 200");
  EXPECT_EQ(gateway.answer().body, "");
  EXPECT_EQ(field("Content-Type"), "text/javascript; charset=utf-8");
}

TEST_F(Static, reads_a_list_that_stands_in_several_fields) {
  gateway.with("precompressed", "br", 0);
  EXPECT_EQ(get("/app.js", {{"Accept-Encoding", "gzip"}, {"Accept-Encoding", "br"}}), "answer 200");
  EXPECT_EQ(gateway.answer().body, "BR");
  EXPECT_EQ(get("/app.js"), "answer 200");
  const std::string etag = field("ETag");
  EXPECT_EQ(get("/app.js", {{"If-None-Match", "\"x\""}, {"If-None-Match", etag}}), "answer 304");
  EXPECT_EQ(get("/app.js", {{"If-Match", "\"x\""}, {"If-Match", etag}}), "answer 200");
}

TEST_F(Static, leaves_long_files_to_the_gateway) {
  write("site/long.bin", std::string(100'000, 'x'));
  EXPECT_EQ(get("/long.bin", {{"Range", "bytes=10-"}}), "answer 206");
  EXPECT_EQ(gateway.answer().body.size(), 99'990U);
  EXPECT_EQ(field("Content-Type"), "application/octet-stream");
}

TEST_F(Static, has_a_page_for_paths_that_only_the_page_knows) {
  gateway.with("fallback", "index.html");
  for (const auto* target : {"/channels/7", "/.channels"}) {
    EXPECT_EQ(get(target), "answer 200") << target;
    EXPECT_EQ(gateway.answer().body, "<p>home");
    EXPECT_EQ(field("Cache-Control"), "no-cache");
  }
}

TEST_F(Static, has_a_page_for_what_is_not_there) {
  gateway.with("not_found", "docs/index.html");
  for (const auto* target : {"/none", "/.env", "/../outside.txt", "/%zz"}) {
    EXPECT_EQ(get(target), "answer 404") << target;
    EXPECT_EQ(gateway.answer().body, "<p>docs");
    EXPECT_EQ(field("ETag"), "");
  }
}

TEST_F(Static, knows_the_part_of_a_path_that_is_no_name) {
  gateway.with("prefix", "/assets");
  EXPECT_EQ(get("/assets/app.js"), "answer 200");
  EXPECT_EQ(get("/assets"), "answer 200");
  EXPECT_EQ(get("/assetsapp.js"), "pass");
  EXPECT_EQ(get("/app.js"), "pass");
}

TEST_F(Static, serves_what_a_rewrite_makes_of_the_path) {
  gateway.request("GET", "/v1/app.js");
  gateway.rewrites("/app.js");
  EXPECT_EQ(gateway.run(GH_SERVE), "answer 200");
  EXPECT_EQ(gateway.answer().body, "let a;");
  gateway.request("GET", "/v1/docs");
  gateway.rewrites("/docs");
  EXPECT_EQ(gateway.run(GH_SERVE), "answer 301");
  EXPECT_EQ(field("Location"), "/v1/docs/");
}

TEST_F(Static, reads_and_does_nothing_else) {
  gateway.request("POST", "/app.js");
  EXPECT_EQ(gateway.run(GH_SERVE), "answer 405");
  EXPECT_EQ(field("Allow"), "GET, HEAD");
}

}  // namespace
}  // namespace static_files

// RFC 3986 6.2.2 and ALB.md: the canonical path, and what is matched.
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "http/normalise.h"
#include "lib/h1_feed.h"

namespace gatehouse::conformance {
namespace {

struct PathRow {
  const char* source;
  std::string raw;
  std::string path;   // "400": no path
  std::string match;  // "": the same
  http::PathRisk risk = http::PathRisk::none;
};
using http::PathRisk;

void check_paths(std::initializer_list<PathRow> rows) {
  for (const auto& row : rows) {
    SCOPED_TRACE(std::string(row.source) + ": " + row.raw);
    test::SmallArena memory;
    http::CanonicalPath out;
    if (!http::canonicalise(row.raw, memory.arena, out)) {
      EXPECT_EQ(row.path, "400");
      continue;
    }
    EXPECT_EQ(out.path, row.path);
    EXPECT_EQ(out.match, row.match.empty() ? row.path : row.match);
    EXPECT_EQ(out.risk, row.risk);
    if (row.path == row.raw) {
      EXPECT_EQ(out.path.data(), row.raw.data()) << "the client's own bytes, not a copy";
    }
    http::CanonicalPath again;
    ASSERT_TRUE(http::canonicalise(out.path, memory.arena, again));
    EXPECT_EQ(again.path, out.path) << "canonical is canonical";
  }
}

TEST(Rfc3986, section_6_2_2_2_unreserved_escapes_are_decoded_and_no_others) {
  check_paths({
      {"6.2.2.2", "/%61%62", "/ab", ""},
      {"6.2.2.2", "/%41%7a%30%2D%2e%5f%7E", "/Az0-._~", ""},
      {"2.2 reserved stays", "/a%3fb%23c%40d%3A", "/a%3fb%23c%40d%3A", ""},
      {"2.4 never twice", "/%2561", "/%2561", ""},
      {"2.4 never twice", "/a%252fb", "/a%252fb", ""},
      {"2.4 never twice", "/%25%36%31", "/%2561", ""},
      {"space stays", "/a%20b", "/a%20b", ""},
      {"UTF-8 stays", "/caf%c3%a9", "/caf%c3%a9", ""},
      {"2.1", "/%", "400", ""},
      {"2.1", "/%6", "400", ""},
      {"2.1", "/%6g", "400", ""},
      {"2.1", "/%%36%31", "400", ""},
      {"2.1", "/a%+1", "400", ""},
  });
}

TEST(Rfc3986, section_5_2_4_dot_segments_are_removed) {
  check_paths({
      {"5.2.4", "/a/b/c/./../../g", "/a/g", ""},
      {"5.2.4", "/a/../b", "/b", ""},
      {"5.2.4", "/a/b/..", "/a/", ""},
      {"5.2.4", "/a/.", "/a/", ""},
      {"5.2.4", "/.", "/", ""},
      {"5.2.4", "/..", "/", ""},
      {"5.2.4 never above the root", "/../../a", "/a", ""},
      {"5.2.4 only whole segments", "/a..b/.../.c", "/a..b/.../.c", ""},
      {"6.2.2.3 escaped dots are dots", "/x/%2e%2e/a", "/a", ""},
      {"6.2.2.3 escaped dots are dots", "/x/.%2E/a", "/a", ""},
      {"6.2.2.3 escaped dots are dots", "/x/%2e/a", "/x/a", ""},
      {"5.2.4 hidden file", "/.well-known/x", "/.well-known/x", ""},
  });
}

TEST(House, slashes_are_merged_and_parameters_not_matched) {
  check_paths({
      {"ALB.md", "/", "/", ""},
      {"ALB.md", "//", "/", ""},
      {"ALB.md", "//a///b", "/a/b", ""},
      {"ALB.md", "/a//", "/a/", ""},
      {"ALB.md", "/a//../b", "/b", ""},
      {"ALB.md", "/a;v=1/b", "/a;v=1/b", "/a/b"},
      {"ALB.md", "/a;v=1;w/b;x", "/a;v=1;w/b;x", "/a/b"},
      {"ALB.md merged again", "/;/admin", "/;/admin", "/admin"},
      {"ALB.md merged again", "/;a=b;c/;/admin", "/;a=b;c/;/admin", "/admin"},
      {"ALB.md", "/a;", "/a;", "/a"},
      {"ALB.md", "/a/;x", "/a/;x", "/a/"},
      {"desync an escaped semicolon is no parameter", "/a%3bb", "/a%3bb", ""},
  });
}

TEST(House, what_reads_in_two_ways_is_marked) {
  const auto slash = PathRisk::encoded_slash;
  const auto other = PathRisk::other;
  check_paths({
      {"desync", "/a%2fb", "/a%2fb", "", slash},
      {"desync", "/a%2Fb", "/a%2Fb", "", slash},
      {"desync", "/a%2f..%2fb", "/a%2f..%2fb", "", slash},
      {"desync", "/a%5cb", "/a%5cb", "", other},
      {"desync", "/a\\b", "/a\\b", "", other},
      {"desync", "/\\..\\admin", "/\\..\\admin", "", other},
      {"desync the worse wins", "/a%2fb%00", "/a%2fb%00", "", other},
      {"desync the worse wins", "/a%00b%2f", "/a%00b%2f", "", other},
      {"desync", "/a%0ab", "/a%0ab", "", other},
      {"desync", "/a%7f", "/a%7f", "", other},
      {"desync Tomcat", "/x/..;/admin", "/x/..;/admin", "/x/../admin", other},
      {"desync Tomcat", "/x/%2e.;a/admin", "/x/..;a/admin", "/x/../admin", other},
      {"desync Tomcat", "/x/.;/admin", "/x/.;/admin", "/x/./admin", other},
      {"desync Tomcat", "/x/..;", "/x/..;", "/x/..", other},
      {"desync not these", "/x/...;/a", "/x/...;/a", "/x/.../a"},
  });
}

}  // namespace
}  // namespace gatehouse::conformance

// ${ENV}, ${ENV:-default} and file: as they arrive in a Spec.
#include <gtest/gtest.h>

#include "config/load.h"
#include "unit/config/fake_source.h"

namespace gatehouse::config {
namespace {

FakeSource source() {
  FakeSource out;
  out.variables = {{"NAME", "gate"}, {"EMPTY", ""}, {"MINUTES", "5"}, {"ODD", "${NAME}\n*x: y"}};
  out.files = {{"token", "s3cret\r\n\n"}, {"inner", " a\nb "}, {"empty", ""}, {"ends", "\n\r\n"}};
  return out;
}

std::string file(const std::string& rest) {
  return "version: 1\nlisteners: {a: {address: \"0.0.0.0:80\"}}\n"
         "default: {action: {respond: {status: 404}}}\n" +
         rest + "\n";
}

// `user:` of a file, or what is wrong with it.
std::string user(const std::string& value) {
  const auto loaded = load(file("user: " + value), source());
  if (loaded.good()) return loaded.spec.user;
  return loaded.diagnostics.front().code + ": " + loaded.diagnostics.front().message;
}
std::string token(const std::string& value) {
  const auto loaded = load(file("admin: {token: " + value + "}"), source());
  if (loaded.good()) return loaded.spec.admin.token.value;
  return loaded.diagnostics.front().code + ": " + loaded.diagnostics.front().message;
}

TEST(Environment, texts_by_the_table) {
  struct Row {
    std::string_view value;
    std::string_view result;
  };
  const Row kRows[] = {
      {"${NAME}", "gate"},
      {"\"a ${NAME}-${NAME} z\"", "a gate-gate z"},
      {"${NAME:-other}", "gate"},
      {"${MISSING:-other}", "other"},
      {"\"${MISSING:-}\"", ""},
      {"${EMPTY:-other}", "other"},
      {"\"${EMPTY}\"", ""},
      {"\"${MISSING:-a:-b}\"", "a:-b"},
      {"\"$${NAME}\"", "${NAME}"},
      {"\"$NAME $\"", "$NAME $"},
      {"${ODD}", "${NAME}\n*x: y"},  // a value is a value: neither replaced again nor read as YAML
      {"${MISSING}", "unset-variable: the environment variable MISSING is not set"},
      {"\"${NAME\"", "wrong-value: `${` is not closed by `}`"},
      {"\"${}\"", "wrong-value: '${}' names no variable"},
      {"\"${:-x}\"", "wrong-value: '${:-x}' names no variable"},
      {"\"${1A}\"", "wrong-value: '${1A}' names no variable"},
      {"\"${A B}\"", "wrong-value: '${A B}' names no variable"},
      {"\"${MISSING:-${NAME}}\"", "wrong-value: '${MISSING:-${NAME}' names no variable"},
  };
  for (const auto& row : kRows) EXPECT_EQ(user(std::string(row.value)), row.result) << row.value;
}

TEST(Environment, every_missing_variable_of_a_text_is_named) {
  const auto loaded = load(file("user: ${A}${B}"), source());
  ASSERT_EQ(error_count(loaded.diagnostics), 2U);
  EXPECT_EQ(loaded.diagnostics[1].hint, "set it, or write ${B:-default}");
}

TEST(Environment, numbers_sizes_times_and_words_come_from_it_too) {
  const auto loaded =
      load(file("timeouts: {total: \"${MINUTES}min\"}\nreload: {keep: \"${MINUTES}\"}\n"
                "limits: {body: \"${SIZE:-2MiB}\"}\n"
                "access_log: {format: \"${FORMAT:-alb}\"}\nworkers: \"${MINUTES}\""),
           source());
  EXPECT_EQ(render(loaded.diagnostics, "f", ""), "");
  EXPECT_EQ(loaded.spec.timeouts.total, Millis(300'000));
  EXPECT_EQ(loaded.spec.reload.keep, 5U);
  EXPECT_EQ(loaded.spec.limits.body, 2_MiB);
  EXPECT_EQ(loaded.spec.access_log.format, AccessFormat::alb);
  EXPECT_EQ(loaded.spec.workers, 5U);
}

TEST(Environment, keys_are_never_replaced) {
  const auto loaded = load(file("${NAME}: 1"), source());
  EXPECT_EQ(loaded.diagnostics.at(0).message, "unknown key '${NAME}' in the file");
}

TEST(Secret, files_by_the_table) {
  EXPECT_EQ(token("plain"), "plain");
  EXPECT_EQ(token("file:token"), "s3cret") << "the ends of lines behind it do not belong to it";
  EXPECT_EQ(token("file:inner"), " a\nb ");
  EXPECT_EQ(token("\"file:${TOKEN_FILE:-token}\""), "s3cret");
  EXPECT_EQ(token("file:nowhere"), "unreadable-file: read nowhere: No such file or directory (2)");
  EXPECT_EQ(token("\"file:\""), "unreadable-file: read : No such file or directory (2)");
}

TEST(Secret, an_empty_one_protects_nothing) {
  for (const char* value : {"\"\"", "file:empty", "file:ends", "\"${EMPTY}\"", "\"${MISSING:-}\""})
    EXPECT_EQ(token(value), "empty-secret: the secret is empty") << value;
}

TEST(Secret, a_wrong_value_is_shown_as_it_is_written) {
  const auto loaded = load(file("workers: \"${NAME}\""), source());
  EXPECT_EQ(loaded.diagnostics.at(0).message, "'${NAME}' is not a whole number");
}

TEST(Secret, texts_that_are_no_secrets_name_no_files) {
  EXPECT_EQ(user("file:token"), "file:token");
}

}  // namespace
}  // namespace gatehouse::config

// What is no ordinary file has a defined answer.
#include "config/document.h"

#include <gtest/gtest.h>

#include <chrono>

#include "config/load.h"
#include "unit/config/fake_source.h"

namespace gatehouse::config {
namespace {

std::string said(const std::string& text) {
  return render(load(text, FakeSource()).diagnostics, "f", text);
}

// "LINE:COLUMN code" of each, in order of place.
std::string places(const std::string& text) {
  std::string out;
  for (const auto& d : load(text, FakeSource()).diagnostics) {
    out += (out.empty() ? "" : ", ") + std::to_string(d.span.line) + ":" +
           std::to_string(d.span.column) + " " + d.code;
  }
  return out;
}

constexpr std::string_view kGood =
    "version: 1\nlisteners: {a: {address: \"0.0.0.0:80\"}}\ndefault: {action: {respond: {status: "
    "404}}}\n";

std::string good() { return std::string(kGood); }
std::string repeated(std::string_view piece, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += piece;
  return out;
}
std::string with_crlf(std::string text) {
  for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += 2)
    text.insert(at, 1, '\r');
  return text;
}

TEST(Document, the_good_file_of_these_tests_is_good) { EXPECT_EQ(said(good()), ""); }

TEST(Document, a_file_without_content_is_empty) {
  const std::string empty =
      "f:1:1: error[empty]: the file is empty\n"
      "    hint: at least `listeners:` and one route or `default:`\n";
  for (const char* text : {"", "\n\n", "   \n", "\xef\xbb\xbf"}) EXPECT_EQ(said(text), empty);
  EXPECT_EQ(places("# only a comment\n"), "1:1 empty");
  EXPECT_EQ(places("---\n"), "1:1 empty");
  EXPECT_EQ(places("~\n"), "1:1 empty");
}

TEST(Document, what_is_not_text_is_refused_at_its_first_such_byte) {
  EXPECT_EQ(said("version: 1\na: \x01\n"),
            "f:2:4: error[not-text]: the file is not UTF-8 text\n"
            "    a: ?\n"
            "       ^\n"
            "    hint: is it another file, or a broken copy?\n");
  EXPECT_EQ(places(std::string("version: 1\n\0\n", 13)), "2:1 not-text");
  EXPECT_EQ(places("\x7f"
                   "ELF\x02\x01"),
            "1:1 not-text");
  EXPECT_EQ(places("a: \xff\xfe"), "1:4 not-text");
  EXPECT_EQ(places("ä: \xc3"), "1:4 not-text") << "cut inside a character";
  EXPECT_EQ(places("a: \xc0\xaf"), "1:4 not-text") << "overlong";
  EXPECT_EQ(places("a: \xe0\x80\xaf"), "1:4 not-text") << "overlong";
  EXPECT_EQ(places("a: \xed\xa0\x80"), "1:4 not-text") << "a surrogate";
  EXPECT_EQ(places("a: \xf4\x90\x80\x80"), "1:4 not-text") << "above U+10FFFF";
  EXPECT_EQ(places("\xff\xfe"
                   "a"),
            "1:1 not-text")
      << "UTF-16";
  EXPECT_EQ(places("\xef\xbb\xbf\xef\xbb\xbf"
                   "version: 1"),
            "1:1 not-text");
}

TEST(Document, a_byte_order_mark_and_crlf_change_nothing) {
  EXPECT_EQ(said("\xef\xbb\xbf" + good()), "");
  EXPECT_EQ(said(with_crlf(good())), "");
  EXPECT_EQ(places("\xef\xbb\xbfversoin: 1"), "1:1 unknown-key");
}

TEST(Document, a_line_with_crlf_is_shown_without_it) {
  EXPECT_EQ(said(with_crlf(good()) + "wrokers: 2\r\n"),
            "f:4:1: error[unknown-key]: unknown key 'wrokers' in the file\n"
            "    wrokers: 2\n"
            "    ^^^^^^^\n"
            "    hint: did you mean 'workers'?\n");
}

TEST(Document, columns_are_characters) {
  EXPECT_EQ(said(good() + "reload: {keep: \"grün\", wacth: true}\n"),
            "f:4:16: error[wrong-value]: 'grün' is not a whole number\n"
            "    reload: {keep: \"grün\", wacth: true}\n"
            "                   ^^^^^^\n"
            "f:4:24: error[unknown-key]: unknown key 'wacth' in reload\n"
            "    reload: {keep: \"grün\", wacth: true}\n"
            "                           ^^^^^\n"
            "    hint: did you mean 'watch'?\n");
}

TEST(Document, carets_stand_below_wide_characters_and_marks) {
  EXPECT_EQ(said(good() + "reload: {keep: 日本, wacth: e\xcc\x81, x: 1}\n"),
            "f:4:16: error[wrong-value]: '日本' is not a whole number\n"
            "    reload: {keep: 日本, wacth: e\xcc\x81, x: 1}\n"
            "                   ^^^^\n"
            "f:4:20: error[unknown-key]: unknown key 'wacth' in reload\n"
            "    reload: {keep: 日本, wacth: e\xcc\x81, x: 1}\n"
            "                         ^^^^^\n"
            "    hint: did you mean 'watch'?\n"
            "f:4:31: error[unknown-key]: unknown key 'x' in reload\n"
            "    reload: {keep: 日本, wacth: e\xcc\x81, x: 1}\n"
            "                                   ^\n"
            "    hint: known: watch, keep\n");
}

TEST(Document, a_tab_is_one_column_and_no_indentation) {
  EXPECT_EQ(said(good() + "reload: {keep:\t0}\n"),
            "f:4:16: error[out-of-range]: 'keep' is 0, allowed is 1 to 1000\n"
            "    reload: {keep: 0}\n"
            "                   ^\n");
  EXPECT_EQ(said(good() + "reload:\n  \tkeep: 1\n"),
            "f:5:3: error[syntax]: a tab cannot indent YAML\n"
            "       keep: 1\n"
            "      ^\n"
            "    hint: write spaces\n");
}

TEST(Document, anchors_are_read_and_aliases_refused) {
  EXPECT_EQ(said(good() + "limits: &all {body: 1MiB}\n"), "");
  EXPECT_EQ(said(good() + "limits: &all {body: 1MiB}\ntimeouts: *all\n"),
            "f:5:11: error[alias]: aliases (*name) are not supported\n"
            "    timeouts: *all\n"
            "              ^\n"
            "    hint: write the value out\n");
  EXPECT_EQ(places(good() + "timeouts: *nobody\n"), "4:11 syntax");
  EXPECT_EQ(places(good() + "limits: {<<: {body: 1MiB}}\n"), "4:10 unknown-key");
  EXPECT_EQ(places(good() + "limits: &all {body: 1MiB}\nreload: {<<: *all}\n"), "5:14 alias");
}

TEST(Document, aliases_of_aliases_expand_to_nothing) {
  std::string bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n";
  for (int i = 1; i < 30; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    bomb +=
        "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before + "," + before + "]\n";
  }
  EXPECT_EQ(places(bomb), "2:10 alias");
}

TEST(Document, a_key_stands_once_in_a_map) {
  EXPECT_EQ(said(good() + "version: 1\n"),
            "f:4:1: error[duplicate-key]: the key 'version' stands here twice\n"
            "    version: 1\n"
            "    ^^^^^^^\n"
            "    hint: keep one of them\n");
  EXPECT_EQ(places(good() + "reload: {keep: 1, keep: 2, \"keep\": 3}\n"),
            "4:19 duplicate-key, 4:28 duplicate-key");
}

TEST(Document, a_key_is_a_word) {
  EXPECT_EQ(places(good() + "? [a, b]\n: 1\n"), "4:3 wrong-type, 4:3 unknown-key");
  EXPECT_EQ(places(good() + "{a: b}: 1\n"), "4:1 wrong-type, 4:1 unknown-key");
  EXPECT_EQ(places(good() + "~: 1\n"), "4:1 wrong-type, 4:1 unknown-key");
}

TEST(Document, what_needs_quotes_is_pointed_at) {
  EXPECT_EQ(said(good() + "reload: {watch: a?b}\n"),
            "f:4:18: error[syntax]: not valid YAML: what stands here needs quotes\n"
            "    reload: {watch: a?b}\n"
            "                     ^\n"
            "    hint: between { and }, or [ and ], a value with a ? needs them\n");
}

TEST(Document, a_file_is_one_document) {
  EXPECT_EQ(said("---\n" + good()), "");
  EXPECT_EQ(said(good() + "...\n"), "");
  EXPECT_EQ(said(good() + "---\nversion: 1\n"),
            "f:5:1: error[syntax]: a second document begins here\n"
            "    version: 1\n"
            "    ^\n"
            "    hint: one file is one configuration: remove the `---`\n");
}

TEST(Document, every_cut_of_a_file_is_refused_or_means_less) {
  const std::string whole = good();
  for (std::size_t i = 0; i < whole.size(); ++i) {
    const auto loaded = load(whole.substr(0, i), FakeSource());
    EXPECT_FALSE(loaded.good() && loaded.spec.fallback && loaded.spec.listeners.empty()) << i;
    for (const auto& d : loaded.diagnostics) EXPECT_LE(d.span.line, 4U) << i;
  }
  EXPECT_EQ(places(whole.substr(0, whole.size() - 3)), "3:1 syntax");
}

TEST(Document, five_hundred_levels_are_enough) {
  const auto deep = [](std::size_t levels) {
    return "plugin_path: " + repeated("[", levels) + repeated("]", levels);
  };
  EXPECT_EQ(places(deep(400)).find("too-deep"), std::string::npos);
  for (const auto& text :
       {deep(600), repeated("[", 100'000), repeated("- ", 100'000), repeated("{a: ", 100'000)}) {
    const auto diagnostics = load(text, FakeSource()).diagnostics;  // where is for yaml-cpp to say
    ASSERT_EQ(diagnostics.size(), 1U);
    EXPECT_EQ(diagnostics[0].code, "too-deep");
  }
}

TEST(Document, a_file_has_at_most_sixteen_mebibytes_and_two_million_values) {
  EXPECT_EQ(said(std::string((16U << 20) + 1, '#')),
            "f:1:1: error[too-large]: the file is larger than 16 MiB\n");
  EXPECT_EQ(places("plugin_path: [" + repeated("a,", 2'000'000) + "]"), "1:4000009 too-large");
}

TEST(Document, a_huge_value_is_shown_by_its_beginning) {
  EXPECT_EQ(said(good() + "user: [" + std::string(1U << 20, 'x') + "]\n"),
            "f:4:7: error[wrong-type]: expected a text, found a list\n");
  EXPECT_EQ(
      said(good() + "workers:\n  " + std::string(100'000, 'x') + "\n"),
      "f:5:3: error[wrong-value]: '" + std::string(60, 'x') + "…' is not auto or a whole number\n");
  EXPECT_EQ(said(good() + std::string(300, 'x') + ": 1\n").substr(0, 108),
            "f:4:1: error[unknown-key]: unknown key '" + std::string(60, 'x') + "…' in ");
}

TEST(Document, a_long_line_is_shown_around_the_place) {
  const auto text = [](const std::string& key) {
    return good() + key + ": [" + repeated("AAAA, ", 40) + "b-c]\n";
  };
  EXPECT_EQ(said(text("policy_enw")),
            "f:4:1: error[unknown-key]: unknown key 'policy_enw' in the file\n"
            "    policy_enw: [" +
                repeated("AAAA, ", 31) +
                "A…\n"
                "    ^^^^^^^^^^\n"
                "    hint: did you mean 'policy_env'?\n");
  EXPECT_EQ(said(text("policy_env")),
            "f:4:254: error[wrong-value]: 'b-c' is not the name of an environment variable\n"
            "    …, " +
                repeated("AAAA, ", 13) + "b-c]\n    " + std::string(81, ' ') + "^^^\n");
}

TEST(Document, a_file_of_one_line_is_read_in_linear_time) {
  // Ten thousand routes, as a program would write them.
  std::string text = "{version: 1, listeners: {a: {address: \"0.0.0.0:80\"}}, routes: [";
  for (int i = 1; i <= 10'000; ++i) {
    const std::string n = std::to_string(i);
    text += "{name: r" + n + ", priority: " + n + ", when: {path: /" + n +
            "}, action: {respond: {status: 200}}}, ";
  }
  text += "]}";
  const auto began = std::chrono::steady_clock::now();
  EXPECT_EQ(said(text), "");
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(20));
}

TEST(Document, nothing_behind_a_key_is_said_of_the_key) {
  EXPECT_EQ(said(good() + "reload:\nadmin:\n  address: ~\n"),
            "f:4:1: error[wrong-type]: expected a map (reload), found nothing\n"
            "    reload:\n"
            "    ^^^^^^\n"
            "f:6:12: error[wrong-type]: expected a text, found nothing\n"
            "      address: ~\n"
            "               ^\n");
}

TEST(Document, a_place_covers_what_is_written) {
  const auto length = [](const std::string& value) {
    const auto loaded = load(good() + "workers: " + value, FakeSource());
    return loaded.diagnostics.empty() ? 0U : loaded.diagnostics.front().span.length;
  };
  EXPECT_EQ(length("many"), 4U);
  EXPECT_EQ(length("so many # a comment"), 7U);
  EXPECT_EQ(length("'it''s many'"), 12U);
  EXPECT_EQ(length("\"a \\\"b\\\"\""), 9U);
  EXPECT_EQ(length("\"an end\\\n  on the next line\""), 8U);
  EXPECT_EQ(length("|\n  a block\n"), 1U);
  EXPECT_EQ(length("&a !b many\n"), 1U);
}

}  // namespace
}  // namespace gatehouse::config

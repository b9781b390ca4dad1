// Values of the interface as a test has them, for testing.hpp.
#pragma once

#include <arpa/inet.h>
#include <gatehouse/abi.h>
#include <unistd.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gatehouse::testing {

using Fields = std::vector<std::pair<std::string, std::string>>;

// What a step answered, or another service is to answer.
struct Answer {
  std::uint32_t status = 200;
  std::string body;
  Fields headers;
  std::string reason;  // of a service that is away: a word of docs/reasons.md
};

inline std::string text(gh_text from) {
  return from.size == 0 ? std::string() : std::string(from.data, from.size);
}
inline gh_text text(const std::string& from) { return {from.data(), from.size()}; }
inline std::size_t address(const std::string& from, std::uint8_t* out) {
  if (inet_pton(AF_INET, from.c_str(), out) == 1) return 4;
  return inet_pton(AF_INET6, from.c_str(), out) == 1 ? 16 : 0;
}
inline bool same(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (lower(a[i]) != lower(b[i])) return false;
  }
  return true;
}
inline gh_text view(std::string_view from) { return {from.data(), from.size()}; }

inline Answer answer_of(const gh_answer& said) {
  Answer answer{said.status, text(said.body), {}, text(said.reason)};
  if (said.content_type.size != 0)
    answer.headers.emplace_back("Content-Type", text(said.content_type));
  if (said.error_page == GH_ANSWER_FILE) {
    answer.body.resize(said.file->size);
    const auto offset = static_cast<off_t>(said.file->offset);
    const ssize_t n =
        ::pread(said.file->descriptor, answer.body.data(), answer.body.size(), offset);
    answer.body.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
    ::close(said.file->descriptor);
  }
  for (std::size_t i = 0; i < said.header_count; ++i)
    answer.headers.emplace_back(text(said.headers[i].name), text(said.headers[i].value));
  return answer;
}

// What a step says that it would do: its words, "answer 403", "Name: value", "without Name".
inline std::vector<std::string> explained(const gh_plugin& plugin, const void* config,
                                          gh_phase phase, gh_exchange* x) {
  std::vector<std::string> out;
  if (plugin.explain == nullptr) return out;
  static const auto into = [](void* data) -> auto& {
    return *static_cast<std::vector<std::string>*>(data);
  };
  const gh_explained to{
      &out, [](void* data, gh_text words) { into(data).push_back(text(words)); },
      [](void* data, std::uint32_t status) {
        into(data).push_back("answer " + std::to_string(status));
      },
      [](void* data, gh_text name, gh_text value) {
        into(data).push_back(text(name) + ": " + text(value));
      },
      [](void* data, gh_text name) { into(data).push_back("without " + text(name)); }};
  plugin.explain(config, phase, x, &to);
  return out;
}

}  // namespace gatehouse::testing

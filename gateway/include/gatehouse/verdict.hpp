// What a step decides, and what another service answered it.
#pragma once

#include <unistd.h>

#include <gatehouse/head.hpp>
#include <memory>

namespace [[gnu::visibility("hidden")]] gatehouse {

// What another service answered.
class Fetched {
 public:
  explicit Fetched(const gh_fetched& raw) : status_(raw.status), body_(detail::to_view(raw.body)) {
    for (std::size_t i = 0; i < raw.header_count; ++i)
      headers_.emplace_back(detail::to_view(raw.headers[i].name),
                            detail::to_view(raw.headers[i].value));
  }
  [[nodiscard]] std::uint32_t status() const { return status_; }
  [[nodiscard]] std::string_view body() const { return body_; }
  // The first value; "" if there is none.  Names ignore case.
  [[nodiscard]] std::string_view header(std::string_view name) const {
    for (const auto& [known, value] : headers_) {
      if (detail::same_word(known, name)) return value;
    }
    return {};
  }
  // The items of a list, which may stand in several fields of that name.
  [[nodiscard]] std::string joined(std::string_view name) const {
    std::string out;
    for (const auto& [known, value] : headers_) {
      if (detail::same_word(known, name)) out.append(out.empty() ? "" : ", ").append(value);
    }
    return out;
  }
  [[nodiscard]] const std::vector<std::pair<std::string, std::string>>& headers() const {
    return headers_;
  }

 private:
  std::uint32_t status_;
  std::string body_;
  std::vector<std::pair<std::string, std::string>> headers_;
};

// Why something failed: a word of docs/reasons.md.
struct Reason {
  std::string word;
};

// A value, or why there is none.
template <typename T>
class Result {
 public:
  Result(T value) : value_(std::move(value)) {}
  Result(Reason reason) : reason_(std::move(reason)) {}
  explicit operator bool() const { return value_.has_value(); }
  T& operator*() { return *value_; }
  T* operator->() { return &*value_; }
  [[nodiscard]] const Reason& error() const { return reason_; }

 private:
  std::optional<T> value_;
  Reason reason_;
};

// An open file; closed with it.
class OpenFile {
 public:
  OpenFile() = default;
  explicit OpenFile(int descriptor) : descriptor_(descriptor) {}
  OpenFile(OpenFile&& other) noexcept : descriptor_(other.release()) {}
  OpenFile& operator=(OpenFile&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  ~OpenFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  explicit operator bool() const { return descriptor_ >= 0; }
  [[nodiscard]] int descriptor() const { return descriptor_; }
  int release() { return std::exchange(descriptor_, -1); }

 private:
  int descriptor_ = -1;
};

// The next in line, or an answer that ends the request phases.
class [[nodiscard]] Verdict {
 public:
  explicit Verdict(std::uint32_t kind) : kind_(kind) {}
  Verdict(std::uint32_t status, std::string_view reason)
      : kind_(GH_ANSWER), answer_(std::make_unique<Answer>()) {
    answer_->status = status;
    answer_->reason = reason;
  }
  Verdict&& body(std::string_view text,
                 std::string_view content_type = "text/plain; charset=utf-8") && {
    answer_->body = text;
    answer_->content_type = content_type;
    answer_->page = false;
    return std::move(*this);
  }
  Verdict&& header(std::string_view name, std::string_view value) && {
    answer_->headers.emplace_back(name, value);
    return std::move(*this);
  }
  // `size` bytes of a file from `offset` on, in place of a body.  They are neither copied nor held
  // in memory where the client's connection allows it, and the disk keeps no worker waiting.
  Verdict&& file(OpenFile file, std::uint64_t offset, std::uint64_t size,
                 std::string_view content_type) && {
    answer_->file = std::move(file);
    answer_->part = {answer_->file.descriptor(), offset, size};
    answer_->content_type = content_type;
    answer_->page = false;
    return std::move(*this);
  }
  // The gateway's own page, in the form that the client accepts.
  Verdict&& error_page() && {
    answer_->page = true;
    return std::move(*this);
  }
  // For the host: what it says, handed over.
  std::uint32_t give(gh_exchange* x) const {
    if (kind_ == GH_ANSWER) {
      std::vector<gh_field_line> lines;
      const gh_answer raw = answer_->raw(lines);
      answer_->file.release();
      detail::host->answer(x, &raw);
    }
    return kind_;
  }
  bool resume(gh_ticket ticket) const {
    if (kind_ != GH_ANSWER) return detail::host->resume(ticket, kind_, nullptr) != 0;
    std::vector<gh_field_line> lines;
    const gh_answer raw = answer_->raw(lines);
    answer_->file.release();
    return detail::host->resume(ticket, kind_, &raw) != 0;
  }

 private:
  struct Answer {
    std::string reason, content_type, body;
    std::vector<std::pair<std::string, std::string>> headers;
    std::uint32_t status = 0;
    bool page = false;
    OpenFile file;
    gh_file part{-1, 0, 0};

    gh_answer raw(std::vector<gh_field_line>& lines) const {
      for (const auto& [name, value] : headers)
        lines.push_back({detail::to_c(name), detail::to_c(value)});
      return {detail::to_c(reason),
              detail::to_c(content_type),
              detail::to_c(body),
              lines.data(),
              lines.size(),
              status,
              page   ? 1U
              : file ? GH_ANSWER_FILE
                     : 0U,
              &part};
    }
  };
  std::uint32_t kind_;
  std::unique_ptr<Answer> answer_;
};

// The next in line.
inline Verdict pass() { return Verdict(GH_PASS); }
// This answer, in place of what is behind this step.
inline Verdict respond(std::uint32_t status, std::string_view body = {},
                       std::string_view content_type = "text/plain; charset=utf-8") {
  return Verdict(status, {}).body(body, content_type);
}
// Another service's answer as it is, without what belongs to its connection.
inline Verdict respond(const Fetched& answer) {
  Verdict out = Verdict(answer.status(), {}).body(answer.body(), answer.header("Content-Type"));
  for (const auto& [name, value] : answer.headers()) {
    if (name.size() == 12 && (name[0] | 32) == 'c' &&
        answer.header("Content-Type").data() == value.data())
      continue;
    out = std::move(out).header(name, value);
  }
  return out;
}
// The gateway's error page for a reason (docs/reasons.md).
inline Verdict deny(const Reason& why) { return Verdict(0, why.word).error_page(); }
inline Verdict deny(std::uint32_t status, std::string_view reason = "denied") {
  return Verdict(status, reason).error_page();
}
// The step resumes the exchange later, by the Resumption that it took.
inline Verdict suspend() { return Verdict(GH_SUSPEND); }

// Ends a wait from any thread.  Once the wait is over (an answer, a deadline, a client that left)
// it does nothing.
class Resumption {
 public:
  Resumption() = default;
  explicit Resumption(gh_ticket ticket) : ticket_(ticket) {}
  // False: the wait was over already.
  bool resume(const Verdict& verdict) const { return verdict.resume(ticket_); }

 private:
  gh_ticket ticket_{};
};

}  // namespace gnu::visibility("hidden")]]gatehouse

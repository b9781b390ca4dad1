// The lines of a file.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace gatehouse::config {

// U+FEFF at the begin of a file, which is no character of its first line.
inline constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

class Lines {
 public:
  explicit Lines(std::string_view text) : text_(text) {
    begins_.push_back(text.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0);
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '\n') begins_.push_back(i + 1);
    }
  }
  // At least 1: behind the last '\n' there is one more, perhaps empty.
  [[nodiscard]] std::size_t count() const { return begins_.size(); }
  // Line `number`, from 1, without its LF or CRLF; "" for one that the text has not.
  [[nodiscard]] std::string_view line(std::size_t number) const {
    if (number == 0 || number > begins_.size()) return {};
    std::string_view line = text_.substr(begins_[number - 1]);
    line = line.substr(0, line.find('\n'));
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
  }

 private:
  std::string_view text_;
  std::vector<std::size_t> begins_;
};

}  // namespace gatehouse::config

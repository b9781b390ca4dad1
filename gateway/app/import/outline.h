// A routes.yaml while it is being written: what the gateway does not take is made a comment at its
// place, and named.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace gatehouse::app {

// What is in the file as a comment only, or means something else than where it came from.
struct Finding {
  std::string where;  // the route, target group or listener
  std::string what;
};

class Outline {
 public:
  // What is written until `close` belongs together: if the gateway does not take a part of it (the
  // innermost one counts), all of it becomes a comment and `instead` takes its place.
  void open(std::string where, std::vector<std::string> instead = {});
  void close();
  // The part that is open becomes a comment from the beginning.
  void drop(std::string why);

  void line(std::string_view text);  // with its indentation
  // The first line of a section; `empty` in its place if nothing of what follows is taken.
  void section(std::string_view text, std::string empty);
  // In front of the next line, as far to the right as `indent` says.
  void comment(std::size_t indent, std::string_view text);
  // A comment that is a finding as well.
  void note(std::size_t indent, std::string_view where, std::string_view what);

  // Lets `config::load` look at the file, and makes comments until it has no error.
  // Errors: what is wrong stands outside of every part.
  [[nodiscard]] Status settle();
  // In the order of the file.
  [[nodiscard]] std::vector<Finding> findings() const;
  [[nodiscard]] std::string text() const;

 private:
  static constexpr std::size_t kNone = SIZE_MAX;
  struct Part {
    std::size_t parent;
    std::string where;
    std::vector<std::string> instead;
    std::string dropped;  // why; "": it is not
  };
  struct Line {
    std::size_t part;
    std::string text;
    Finding finding;    // what it says; nothing: it is no finding
    std::string empty;  // of a section
  };
  struct Rendered {
    std::string text;
    std::vector<std::size_t> parts;    // of each line of the text
    std::vector<std::size_t> sources;  // its place in lines_, or kNone
  };

  [[nodiscard]] std::size_t outermost_dropped(std::size_t part) const;
  [[nodiscard]] bool is_empty(std::size_t section) const;
  [[nodiscard]] Rendered render() const;
  void explain_warnings();

  std::vector<Part> parts_;
  std::vector<Line> lines_;
  std::size_t open_ = kNone;
};

}  // namespace gatehouse::app

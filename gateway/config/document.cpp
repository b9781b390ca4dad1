#include "config/document.h"

#include <yaml-cpp/anchor.h>
#include <yaml-cpp/depthguard.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <istream>
#include <streambuf>
#include <unordered_set>

#include "config/lines.h"
#include "config/terminal.h"
#include "config/utf8.h"

namespace gatehouse::config {
namespace {

constexpr std::size_t kMostBytes = 16U << 20;
constexpr std::size_t kMostNodes = 2'000'000;  // 50,000 routes have about 1,000,000

struct View : std::streambuf {
  explicit View(std::string_view text) {
    char* begin = const_cast<char*>(text.data());  // read only
    setg(begin, begin, begin + text.size());
  }
};

// Whether all of it is text; else the place where it is not.
bool is_text(std::string_view text, Span& where) {
  for (std::size_t i = 0; i < text.size();) {
    const auto c = static_cast<unsigned char>(text[i]);
    const utf8::Character character = utf8::decode(text, i);
    if (!character.good || (c < 0x20 && c != '\n' && c != '\r' && c != '\t') || c == 0x7f)
      return false;
    if (c == '\n') {
      ++where.line;
      where.column = 1;
    } else {
      ++where.column;
    }
    i += character.length;
  }
  return true;
}

// Places of yaml-cpp, which counts in bytes and from 0, as spans.
class Places {
 public:
  explicit Places(std::string_view text) : lines_(text), here_(lines_.line(1)) {}
  [[nodiscard]] Span span(const YAML::Mark& mark) {
    go_to(mark);
    Span span;
    span.line = static_cast<std::uint32_t>(line_);
    span.column = characters_ + 1;
    return span;
  }
  // Of a scalar, as it is written on its first line.
  [[nodiscard]] Span span(const YAML::Mark& mark, const std::string& value) {
    Span out = span(mark);
    const std::string_view here = here_.substr(bytes_);
    if (here.starts_with('"') || here.starts_with('\'')) {
      out.length = utf8::count(here.substr(0, closed(here)));
    } else if (here.starts_with(value) && !value.empty()) {
      out.length = utf8::count(value);
    }
    return out;
  }
  // From a place to the end of its line.
  [[nodiscard]] std::string_view at(const YAML::Mark& mark) {
    go_to(mark);
    return here_.substr(bytes_);
  }
  // The column of a tab in the indentation of the line, or 0.
  [[nodiscard]] std::uint32_t tab_in_front(const YAML::Mark& mark) {
    go_to(mark);
    const auto at = here_.find_first_not_of(' ');
    return at < here_.size() && here_[at] == '\t' ? static_cast<std::uint32_t>(at + 1) : 0;
  }

 private:
  static std::size_t number(int value) { return value < 0 ? 0 : static_cast<std::size_t>(value); }
  // Places come in the order of the file: counting goes on from the last one, or a file of one line
  // would take the square of its length.
  void go_to(const YAML::Mark& mark) {
    const std::size_t line = std::min(number(mark.line) + 1, lines_.count());
    if (line != line_) here_ = lines_.line(line);
    const std::size_t bytes = std::min(number(mark.column), here_.size());
    if (line != line_ || bytes < bytes_) {
      bytes_ = 0;
      characters_ = 0;
    }
    characters_ += utf8::count(here_.substr(bytes_, bytes - bytes_));
    line_ = line;
    bytes_ = bytes;
  }
  // How long the quoted text is of which `here` begins with the quote.
  static std::size_t closed(std::string_view here) {
    for (std::size_t i = 1; i < here.size(); ++i) {
      if (here[0] == '"' && here[i] == '\\') {
        ++i;
      } else if (here[i] == here[0]) {
        if (here[0] == '"' || i + 1 >= here.size() || here[i + 1] != '\'') return i + 1;
        ++i;
      }
    }
    return here.size();
  }
  const Lines lines_;
  std::size_t line_ = 1;
  std::string_view here_;  // that line
  std::size_t bytes_ = 0;  // in front of the last place
  std::uint32_t characters_ = 0;
};

struct AliasFound {
  YAML::Mark mark;
};
struct TooMany {
  YAML::Mark mark;
};

}  // namespace

class Builder final : public YAML::EventHandler {
 public:
  Builder(std::vector<Node>& nodes, Places& places, Diagnostics& diagnostics)
      : nodes_(nodes), places_(places), diagnostics_(diagnostics) {}

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t) override { add(Node::Kind::null, mark, {}); }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override { throw AliasFound{mark}; }
  void OnScalar(const YAML::Mark& mark, const std::string&, YAML::anchor_t,
                const std::string& value) override {
    add(Node::Kind::scalar, mark, value);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {
    open(add(Node::Kind::sequence, mark, {}));
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {
    open(add(Node::Kind::map, mark, {}));
  }
  void OnMapEnd() override { close(); }

 private:
  struct Open {
    std::uint32_t index;
    std::uint32_t last = 0;
    std::unordered_set<std::string> keys;
  };

  std::uint32_t add(Node::Kind kind, const YAML::Mark& mark, const std::string& text) {
    if (nodes_.size() == kMostNodes) throw TooMany{mark};
    const auto index = static_cast<std::uint32_t>(nodes_.size());
    Node& node = nodes_.emplace_back();
    node.kind = kind;
    node.span = kind == Node::Kind::scalar ? places_.span(mark, text) : places_.span(mark);
    node.text = text;
    if (open_.empty()) return index;
    Open& parent = open_.back();
    Node& above = nodes_[parent.index];
    const std::uint32_t before = above.kind == Node::Kind::map ? parent.last : 0;
    (parent.last == 0 ? above.first : nodes_[parent.last].next) = index;
    parent.last = index;
    const bool is_key = above.kind == Node::Kind::map && above.count % 2 == 0;
    ++above.count;
    if (is_key) {
      check_key(node, parent);
    } else if (kind == Node::Kind::null && before != 0 && !is_written_null(places_.at(mark))) {
      node.span = nodes_[before].span;  // nothing stands there: the key is what one can look at
    }
    return index;
  }
  static bool is_written_null(std::string_view here) {
    return here.starts_with('~') || here.starts_with("null") || here.starts_with("Null") ||
           here.starts_with("NULL");
  }
  void check_key(const Node& key, Open& map) {
    if (key.kind != Node::Kind::scalar) {
      config::add(diagnostics_,
                  {Severity::error, "wrong-type", key.span, "a key is a single word", ""});
    } else if (!map.keys.insert(key.text).second) {
      config::add(diagnostics_,
                  {Severity::error, "duplicate-key", key.span,
                   "the key " + in_quotes(key.text) + " stands here twice", "keep one of them"});
    }
  }
  void open(std::uint32_t index) { open_.push_back({index, 0, {}}); }
  void close() { open_.pop_back(); }

  std::vector<Node>& nodes_;
  Places& places_;
  Diagnostics& diagnostics_;
  std::vector<Open> open_;
};

Document::Document(std::string_view text, Diagnostics& diagnostics) { read(text, diagnostics); }

void Document::read(std::string_view text, Diagnostics& diagnostics) {
  const auto refuse = [&](std::string code, Span span, std::string message, std::string hint) {
    nodes_.clear();
    add(diagnostics, {Severity::error, std::move(code), span, std::move(message), std::move(hint)});
  };
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  if (text.size() > kMostBytes)
    return refuse("too-large", {}, "the file is larger than 16 MiB", "");
  Span where;
  // yaml-cpp would skip a second mark and count columns without it.
  if (text.starts_with(kByteOrderMark) || !is_text(text, where))
    return refuse("not-text", where, "the file is not UTF-8 text",
                  "is it another file, or a broken copy?");
  Places places(text);
  View view(text);
  std::istream in(&view);
  try {
    YAML::Parser parser(in);
    Diagnostics found;  // dropped when the file turns out to be no YAML: keys may have been none
    Builder builder(nodes_, places, found);
    if (!parser.HandleNextDocument(builder) || root().kind == Node::Kind::null) {
      return refuse("empty", {}, "the file is empty",
                    "at least `listeners:` and one route or `default:`");
    }
    std::vector<Node> more;
    Diagnostics ignored;
    Builder second(more, places, ignored);
    if (parser.HandleNextDocument(second)) {
      const Span span = more.empty() ? Span{} : more[0].span;
      return refuse("syntax", span, "a second document begins here",
                    "one file is one configuration: remove the `---`");
    }
    for (auto& one : found) add(diagnostics, std::move(one));
  } catch (const AliasFound& found) {
    refuse("alias", places.span(found.mark), "aliases (*name) are not supported",
           "write the value out");
  } catch (const TooMany& found) {
    refuse("too-large", places.span(found.mark), "the file holds more than 2,000,000 values", "");
  } catch (const YAML::DeepRecursion& error) {
    refuse("too-deep", places.span(error.mark), "more than 500 levels stand in one another", "");
  } catch (const YAML::Exception& error) {
    Span span = places.span(error.mark);
    if (const std::uint32_t tab = places.tab_in_front(error.mark); tab != 0) {
      span.column = tab;
      return refuse("syntax", span, "a tab cannot indent YAML", "write spaces");
    }
    if (error.msg == YAML::ErrorMsg::MAP_VALUE)
      return refuse("syntax", span, "not valid YAML: no value can begin here",
                    "is there a colon behind the key above? a value with `: ` in it needs quotes");
    if (error.msg == YAML::ErrorMsg::UNKNOWN_TOKEN)
      return refuse("syntax", span, "not valid YAML: what stands here needs quotes",
                    "between { and }, or [ and ], a value with a ? needs them");
    refuse("syntax", span, "not valid YAML: " + error.msg,
           "check the indentation and the quotes around here");
  }
}

}  // namespace gatehouse::config

#include "config/document.h"

#include <yaml-cpp/anchor.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <istream>
#include <streambuf>
#include <unordered_set>

namespace gatehouse::config {
namespace {

constexpr std::size_t kMostBytes = 16U << 20;

struct View : std::streambuf {
  explicit View(std::string_view text) {
    char* begin = const_cast<char*>(text.data());  // read only
    setg(begin, begin, begin + text.size());
  }
};

// The length of the UTF-8 sequence at `i`, or 0 if there is none (RFC 3629).
std::size_t sequence(std::string_view text, std::size_t i) {
  const auto lead = static_cast<unsigned char>(text[i]);
  const std::size_t length = lead < 0x80                   ? 1
                             : lead >= 0xc2 && lead < 0xe0 ? 2
                             : lead >= 0xe0 && lead < 0xf0 ? 3
                             : lead >= 0xf0 && lead < 0xf5 ? 4
                                                           : 0;
  if (length == 0 || i + length > text.size()) return 0;
  for (std::size_t k = 1; k < length; ++k) {
    if ((static_cast<unsigned char>(text[i + k]) & 0xc0) != 0x80) return 0;
  }
  return length;
}

// Whether all of it is text; else the place where it is not.
bool is_text(std::string_view text, Span& where) {
  for (std::size_t i = 0; i < text.size();) {
    const auto c = static_cast<unsigned char>(text[i]);
    const std::size_t length = sequence(text, i);
    if (length == 0 || (c < 0x20 && c != '\n' && c != '\r' && c != '\t') || c == 0x7f) return false;
    if (c == '\n') {
      ++where.line;
      where.column = 1;
    } else {
      ++where.column;
    }
    i += length;
  }
  return true;
}

// Begins of lines, so that a column in bytes becomes one in characters.
class Lines {
 public:
  explicit Lines(std::string_view text) : text_(text) {
    begins_.push_back(0);
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '\n') begins_.push_back(i + 1);
    }
  }
  [[nodiscard]] Span span(const YAML::Mark& mark, std::size_t bytes) const {
    Span span;
    const auto line = static_cast<std::size_t>(mark.line < 0 ? 0 : mark.line);
    span.line = static_cast<std::uint32_t>(line + 1);
    if (line >= begins_.size()) return span;
    const std::string_view rest = text_.substr(begins_[line]);
    const auto column = static_cast<std::size_t>(mark.column < 0 ? 0 : mark.column);
    span.column = characters(rest.substr(0, column)) + 1;
    const std::string_view here =
        column < rest.size() ? rest.substr(column, bytes) : std::string_view{};
    span.length = std::max<std::uint32_t>(1, characters(here.substr(0, here.find('\n'))));
    return span;
  }

 private:
  static std::uint32_t characters(std::string_view bytes) {
    std::uint32_t n = 0;
    for (char c : bytes) n += (static_cast<unsigned char>(c) & 0xc0) != 0x80 ? 1 : 0;
    return n;
  }
  std::string_view text_;
  std::vector<std::size_t> begins_;
};

struct AliasFound {
  YAML::Mark mark;
};

}  // namespace

class Builder final : public YAML::EventHandler {
 public:
  Builder(std::vector<Node>& nodes, const Lines& lines, Diagnostics& diagnostics)
      : nodes_(nodes), lines_(lines), diagnostics_(diagnostics) {}

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t) override {
    add(Node::Kind::null, mark, {}, false);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override { throw AliasFound{mark}; }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                const std::string& value) override {
    add(Node::Kind::scalar, mark, value, tag == "!");
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {
    open(add(Node::Kind::sequence, mark, {}, false));
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {
    open(add(Node::Kind::map, mark, {}, false));
  }
  void OnMapEnd() override { close(); }

 private:
  struct Open {
    std::uint32_t index;
    std::uint32_t last = 0;
    std::unordered_set<std::string> keys;
  };

  std::uint32_t add(Node::Kind kind, const YAML::Mark& mark, const std::string& text, bool quoted) {
    const auto index = static_cast<std::uint32_t>(nodes_.size());
    Node& node = nodes_.emplace_back();
    node.kind = kind;
    node.quoted = quoted;
    node.span = lines_.span(mark, kind == Node::Kind::scalar ? text.size() + (quoted ? 2 : 0) : 1);
    node.text = text;
    if (open_.empty()) return index;
    Open& parent = open_.back();
    Node& above = nodes_[parent.index];
    (parent.last == 0 ? above.first : nodes_[parent.last].next) = index;
    parent.last = index;
    const bool is_key = above.kind == Node::Kind::map && above.count % 2 == 0;
    ++above.count;
    if (is_key && !parent.keys.insert(text).second) {
      diagnostics_.push_back({Severity::error, "duplicate-key", node.span,
                              "the key '" + text + "' stands here twice", "keep one of them"});
    }
    return index;
  }
  void open(std::uint32_t index) { open_.push_back({index, 0, {}}); }
  void close() { open_.pop_back(); }

  std::vector<Node>& nodes_;
  const Lines& lines_;
  Diagnostics& diagnostics_;
  std::vector<Open> open_;
};

Document::Document(std::string_view text, Diagnostics& diagnostics) { read(text, diagnostics); }

void Document::read(std::string_view text, Diagnostics& diagnostics) {
  const auto refuse = [&](std::string code, Span span, std::string message, std::string hint) {
    nodes_.clear();
    diagnostics.push_back(
        {Severity::error, std::move(code), span, std::move(message), std::move(hint)});
  };
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  if (text.size() > kMostBytes)
    return refuse("too-large", {}, "the file is larger than 16 MiB", "");
  Span where;
  if (!is_text(text, where))
    return refuse("not-text", where, "the file is not UTF-8 text",
                  "is it another file, or a broken copy?");
  const Lines lines(text);
  View view(text);
  std::istream in(&view);
  try {
    YAML::Parser parser(in);
    Builder builder(nodes_, lines, diagnostics);
    if (!parser.HandleNextDocument(builder) || root().kind == Node::Kind::null) {
      return refuse("empty", {}, "the file is empty",
                    "at least `listeners:` and one route or `default:`");
    }
    std::vector<Node> more;
    Diagnostics ignored;
    Builder second(more, lines, ignored);
    if (parser.HandleNextDocument(second)) {
      const Span span = more.empty() ? Span{} : more[0].span;
      return refuse("syntax", span, "a second document begins here",
                    "one file is one configuration: remove the `---`");
    }
  } catch (const AliasFound& found) {
    refuse("alias", lines.span(found.mark, 1), "aliases (*name) are not supported",
           "write the value out");
  } catch (const YAML::Exception& error) {
    refuse("syntax", lines.span(error.mark, 1), "not valid YAML: " + error.msg,
           "check the indentation and the quotes around here");
  }
}

}  // namespace gatehouse::config

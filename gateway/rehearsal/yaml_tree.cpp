#include "rehearsal/yaml_tree.h"

#include "config/document.h"
#include "config/lines.h"
#include "config/utf8.h"

namespace gatehouse::rehearsal {
namespace {

using config::Node;

Json scalar(const std::string& text) {
  constexpr std::size_t kExact = 15;  // digits that a number keeps
  if (text.size() > kExact) return text;
  Json value = Json::parse(text, nullptr, false);
  return value.is_primitive() && !value.is_string() && !value.is_discarded() ? value : Json(text);
}

class Conversion {
 public:
  Conversion(std::string_view text, const config::Document& document, YamlTree& out)
      : lines_(text), document_(document), out_(out) {}

  Json value(const Node& node, const std::string& at) {
    out_.lines.emplace(at, node.span.line);
    Json out;
    std::uint32_t child = node.first;
    switch (node.kind) {
      case Node::Kind::null:
        return out;
      case Node::Kind::scalar:
        return is_quoted(node) ? Json(node.text) : scalar(node.text);
      case Node::Kind::sequence:
        out = Json::array();
        for (std::size_t i = 0; child != 0; child = document_.at(child).next)
          out.push_back(value(document_.at(child), at + '/' + std::to_string(i++)));
        return out;
      case Node::Kind::map:
        out = Json::object();
        while (child != 0) {
          const Node& key = document_.at(child);
          const Node& held = document_.at(key.next);
          const std::string here = at + '/' + key.text;
          out_.lines.emplace(here, key.span.line);
          out[key.text] = value(held, here);
          child = held.next;
        }
        return out;
    }
    return out;
  }

 private:
  [[nodiscard]] bool is_quoted(const Node& node) const {
    const std::string_view line = lines_.line(node.span.line);
    std::size_t at = 0;
    for (std::uint32_t n = 1; n < node.span.column && at < line.size(); ++n)
      at += config::utf8::decode(line, at).length;
    return at < line.size() && (line[at] == '"' || line[at] == '\'');
  }

  const config::Lines lines_;
  const config::Document& document_;
  YamlTree& out_;
};

}  // namespace

unsigned YamlTree::line_of(std::string pointer) const {
  for (auto at = lines.find(pointer); !pointer.empty(); at = lines.find(pointer)) {
    if (at != lines.end()) return at->second;
    pointer.erase(pointer.rfind('/'));
  }
  return 0;
}

YamlTree read_yaml(std::string_view text, config::Diagnostics& diagnostics) {
  YamlTree out;
  const config::Document document(text, diagnostics);
  out.root = Conversion(text, document, out).value(document.root(), "");
  return out;
}

}  // namespace gatehouse::rehearsal

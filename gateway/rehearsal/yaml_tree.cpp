#include "rehearsal/yaml_tree.h"

#include "config/document.h"

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
  Conversion(const config::Document& document, YamlTree& out) : document_(document), out_(out) {}

  Json value(const Node& node, const std::string& at) {
    out_.lines.emplace(at, node.span.line);
    Json out;
    std::uint32_t child = node.first;
    switch (node.kind) {
      case Node::Kind::null:
        return out;
      case Node::Kind::scalar:
        return scalar(node.text);
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
  out.root = Conversion(document, out).value(document.root(), "");
  return out;
}

}  // namespace gatehouse::rehearsal

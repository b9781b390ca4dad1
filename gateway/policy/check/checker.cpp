#include "policy/check/checker.h"

#include "config/scalar.h"
#include "policy/check/walk.h"
#include "policy/script.h"

namespace gatehouse::policy {
namespace {

// What Lua says about the file's syntax; "": it compiles.
std::string syntax_error(const std::string& name, const std::string& text) {
  const Vm vm;
  if (luaL_loadbufferx(vm.state(), text.data(), text.size(), ('@' + name).c_str(), "t") == 0)
    return {};
  return lua_tostring(vm.state(), -1);
}

// "policies/x.lua:3: why", at its line.
config::Diagnostic refused(const std::string& name, std::string why, std::string hint) {
  config::Diagnostic out{
      config::Severity::error, "bad-policy", {}, std::move(why), std::move(hint)};
  const std::string place = name + ':';
  if (!out.message.starts_with(place)) return out;
  const auto end = out.message.find(':', place.size());
  if (const auto line = config::parse_integer(
          std::string_view(out.message).substr(place.size(), end - place.size())))
    out.span.line = static_cast<std::uint32_t>(*line);
  out.message.erase(
      0, out.message.find_first_not_of(' ', end == out.message.npos ? place.size() : end + 1));
  return out;
}

}  // namespace

config::Diagnostics check_names(std::string_view text, const Parameters* parameters) {
  config::Diagnostics out;
  for (auto& each : Walk(text, parameters).run()) config::add(out, std::move(each));
  return out;
}

std::vector<std::string> required_modules(std::string_view text) {
  std::vector<std::string> out;
  const std::vector<Token> tokens = lex(text);
  for (std::size_t i = 0; i + 2 < tokens.size(); ++i) {
    if (tokens[i].kind != Token::Kind::name || tokens[i].text != "require") continue;
    const Token& module = tokens[tokens[i + 1].is("(") ? i + 2 : i + 1];
    if (module.kind == Token::Kind::string) out.emplace_back(module.text);
  }
  return out;
}

config::Diagnostics check_policy(const std::string& name, const std::string& text, Library& library,
                                 const config::Source& source) {
  const config::FoundPlugin found = library.find(name, source);
  const auto* script = static_cast<const Script*>(found.type.get());
  config::Diagnostics out;
  if (script == nullptr) config::add(out, refused(name, found.why, found.hint));
  if (script == nullptr && !syntax_error(name, text).empty()) return out;
  for (auto& each : check_names(text, script != nullptr ? &script->parameters() : nullptr))
    config::add(out, std::move(each));
  return out;
}

config::Diagnostics check_module(const std::string& name, const std::string& text) {
  if (std::string wrong = syntax_error(name, text); !wrong.empty())
    return {refused(name, std::move(wrong), {})};
  return check_names(text, nullptr);
}

}  // namespace gatehouse::policy

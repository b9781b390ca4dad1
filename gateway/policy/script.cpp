#include "policy/script.h"

#include <algorithm>

#include "base/hash.h"
#include "policy/loading.h"

namespace gatehouse::policy {
namespace {

std::string phase_words() {
  std::string out;
  for (std::size_t i = 1; i < kPhaseWords.size(); ++i)
    out += (i == 1 ? "" : ", ") + std::string(kPhaseWords[i]);
  return out;
}

// The phases of the table at the top; `wrong` says what else is in it.
std::uint32_t phases_of(lua_State* state, std::string& wrong) {
  std::uint32_t phases = 0;
  for (lua_pushnil(state); lua_next(state, -2) != 0; lua_pop(state, 1)) {
    const std::string key = lua_type(state, -2) == LUA_TSTRING ? lua_tostring(state, -2) : "";
    if (key == "with") continue;
    const auto phase = phase_named(key);
    if (phase && lua_type(state, -1) == LUA_TFUNCTION) {
      phases |= bit(*phase);
    } else if (phase) {
      wrong = "the phase '" + key + "' is no function";
    } else {
      wrong = key.empty() ? "a key that is no name" : "there is no phase '" + key + "'";
    }
  }
  return phases;
}

}  // namespace

tl::expected<std::shared_ptr<const Script>, Refusal> Script::load(SourceFile file,
                                                                  const FindModule& find,
                                                                  Environment environment) {
  auto script = std::make_shared<Script>();
  script->file_ = std::move(file);
  script->environment_ = std::move(environment);
  const std::string& name = script->file_.name;
  const auto refuse = [&](std::string why, std::string hint = {}) {
    return tl::make_unexpected(Refusal{std::move(why), std::move(hint)});
  };
  // What is required here is what workers get, whatever becomes of the files.
  const FindModule remember = [&](const std::string& module) {
    auto found = find(module);
    if (found) script->modules_.push_back({module, *found});
    return found;
  };
  Vm vm;
  Loading loading(vm, remember);
  if (std::string failure = loading.execute(script->file_, script->environment_); !failure.empty())
    return refuse(std::move(failure));
  lua_State* state = loading.thread();
  if (!lua_istable(state, -1)) return refuse(name + ": returns no table of phases");
  std::string wrong;
  script->phases_ = phases_of(state, wrong);
  if (!wrong.empty()) return refuse(name + ": " + wrong, "the phases are " + phase_words());
  if (script->phases_ == 0)
    return refuse(name + ": has no phase", "return {request = function(x) … end}");
  lua_pushliteral(state, "with");
  lua_rawget(state, -2);
  if (lua_type(state, -1) == LUA_TTABLE) {
    if (const std::string bad = script->parameters_.take(state); !bad.empty())
      return refuse(name + ": " + bad);
  } else if (!lua_isnil(state, -1)) {
    return refuse(name + ": `with` is no table of parameters");
  }
  const auto has_word = [](const SourceFile& one) {
    return one.bytes.find("forward") != std::string::npos;
  };
  script->chooses_group_ = has_word(script->file_) ||
                           std::any_of(script->modules_.begin(), script->modules_.end(),
                                       [&](const Module& module) { return has_word(module.file); });
  std::string content = name + '\n' + script->file_.bytes;
  for (const auto& module : script->modules_) content += '\n' + module.name + module.file.bytes;
  for (const auto& [key, value] : script->environment_)
    content.append("\n").append(key).append("=").append(value);
  script->content_ = hash64(content);
  return script;
}

}  // namespace gatehouse::policy

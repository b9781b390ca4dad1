#include "policy/loading.h"

#include <algorithm>

#include "base/ascii.h"
#include "policy/sandbox.h"

namespace gatehouse::policy {
namespace {

bool is_module(std::string_view name) {
  return !name.empty() && name.size() <= 200 && name.front() != '.' && name.back() != '.' &&
         name.find("..") == std::string_view::npos &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return ascii::is_alpha(c) || ascii::is_digit(c) || c == '_' || c == '-' || c == '.';
         });
}

void push_parameters(lua_State* state, const config::PluginValues* values) {
  lua_newtable(state);
  if (values == nullptr) return;
  for (const auto& [name, value] : *static_cast<const Values*>(values->config.get())) {
    push_value(state, value);
    lua_setfield(state, -2, name.c_str());
  }
}

}  // namespace

Loading::~Loading() {
  if (run_ != nullptr) vm_.finish(*run_);
}

// Pushes the file as a function with the environment at `environment`; false: what is wrong with
// its syntax is pushed.
bool Loading::push_file(lua_State* state, const SourceFile& file, int environment) {
  const std::string chunk = '@' + file.name;
  if (file.bytes.starts_with(LUA_SIGNATURE[0])) {
    lua_pushfstring(state, "%s: bytecode is not executed", file.name.c_str());
    return false;
  }
  if (luaL_loadbufferx(state, file.bytes.data(), file.bytes.size(), chunk.c_str(), "t") != 0)
    return false;
  lua_pushvalue(state, environment);
  lua_setfenv(state, -2);
  return true;
}

// Pushes the module as a function; false: why it cannot be had is pushed.
bool Loading::push_module(lua_State* state, const char* name, int environment) {
  const auto found = find_(name);
  if (found) return push_file(state, *found, environment);
  luaL_where(state, 1);
  lua_pushlstring(state, found.error().why.data(), found.error().why.size());
  lua_concat(state, 2);
  return false;
}

// Upvalues: the environment, its modules by name, the Loading.
int Loading::require(lua_State* state) {
  std::size_t size = 0;
  const char* name = luaL_checklstring(state, 1, &size);
  const int modules = lua_upvalueindex(2);
  lua_pushvalue(state, 1);
  lua_rawget(state, modules);
  if (lua_islightuserdata(state, -1)) return luaL_error(state, "'%s' requires itself", name);
  if (!lua_isnil(state, -1)) return 1;
  const Run* run = Vm::of(state).current();
  if (run == nullptr || run->phase != Phase::load)
    return luaL_error(state, "'%s' is to be required while the file is loaded", name);
  if (!is_module({name, size}))
    return luaL_error(state, "'%s' is no module: names under policies/, with dots", name);
  auto& here = *static_cast<Loading*>(lua_touserdata(state, lua_upvalueindex(3)));
  if (!here.push_module(state, name, lua_upvalueindex(1))) return lua_error(state);
  lua_pushlightuserdata(state, &here);  // until it is there
  lua_setfield(state, modules, name);
  if (lua_pcall(state, 0, 1, 0) != 0) {
    lua_pushnil(state);  // who asks for it again hears the same
    lua_setfield(state, modules, name);
    return lua_error(state);
  }
  if (lua_isnil(state, -1)) lua_pushboolean(state, 1);
  lua_pushvalue(state, -1);
  lua_setfield(state, modules, name);
  return 1;
}

std::string Loading::execute(const SourceFile& file, const Environment& environment,
                             const Extra& extra) {
  run_ = &vm_.begin(Phase::load, nullptr, extra.budget);
  run_->policy = file.name;
  lua_State* state = run_->thread;
  push_environment(state);
  lua_pushvalue(state, 1);
  lua_newtable(state);
  lua_pushlightuserdata(state, this);
  lua_pushcclosure(state, &Loading::require, 3);
  lua_setfield(state, 1, "require");
  lua_getfield(state, 1, "gate");
  lua_createtable(state, 0, static_cast<int>(environment.size()));
  for (const auto& [name, value] : environment) {
    lua_pushlstring(state, value.data(), value.size());
    lua_setfield(state, -2, name.c_str());
  }
  lua_setfield(state, -2, "env");
  lua_pop(state, 1);
  if (extra.put) extra.put(state);
  if (!push_file(state, file, 1)) return lua_tostring(state, -1);
  const Vm::Outcome outcome = vm_.resume(*run_, 0);
  if (outcome == Vm::Outcome::waiting) return file.name + ": waits while it is loaded";
  if (outcome == Vm::Outcome::returned) return {};
  // An error that is no text, or that a tail call raised, knows no line.
  const bool has_place = run_->failure.find(".lua:") != std::string::npos;
  return has_place ? run_->failure : file.name + ": " + run_->failure;
}

LoadedScript::LoadedScript(Vm& vm, std::shared_ptr<const Script> script)
    : vm_(vm), script_(std::move(script)) {
  functions_.fill(LUA_NOREF);
  renew();
}

int LoadedScript::add_parameters(std::shared_ptr<const config::PluginValues> values) {
  push_parameters(vm_.state(), values.get());
  const int reference = luaL_ref(vm_.state(), LUA_REGISTRYINDEX);
  parameters_.emplace(reference, std::move(values));
  return reference;
}

void LoadedScript::drop_parameters(int reference) {
  parameters_.erase(reference);
  luaL_unref(vm_.state(), LUA_REGISTRYINDEX, reference);
}

void LoadedScript::forget() {
  for (int& function : functions_) {
    luaL_unref(vm_.state(), LUA_REGISTRYINDEX, function);
    function = LUA_NOREF;
  }
}

void LoadedScript::renew() {
  forget();
  growth_ = 0;
  for (const auto& [reference, values] : parameters_) {
    push_parameters(vm_.state(), values.get());
    lua_rawseti(vm_.state(), LUA_REGISTRYINDEX, reference);
  }
  const FindModule find = [&](const std::string& name) -> tl::expected<SourceFile, Refusal> {
    for (const auto& module : script_->modules()) {
      if (module.name == name) return module.file;
    }
    return tl::make_unexpected(Refusal{"there is no module '" + name + "'", {}});
  };
  Loading loading(vm_, find);
  failure_ = loading.execute(script_->file(), script_->environment());
  lua_State* state = loading.thread();
  if (failure_.empty() && !lua_istable(state, -1))
    failure_ = script_->file().name + ": returns no table of phases";
  if (!failure_.empty()) return;
  for (std::size_t i = 1; i < functions_.size(); ++i) {
    if ((script_->phases() & bit(static_cast<Phase>(i))) == 0) continue;
    lua_pushlstring(state, kPhaseWords[i].data(), kPhaseWords[i].size());
    lua_rawget(state, -2);
    functions_[i] = luaL_ref(state, LUA_REGISTRYINDEX);
  }
}

LoadedScript::~LoadedScript() { forget(); }

}  // namespace gatehouse::policy

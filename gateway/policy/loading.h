// Executing a policy's file in a state, which gives the table of its phases.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "policy/script.h"
#include "policy/vm.h"

namespace gatehouse::policy {

// A file while it is executed; `require` finds modules through it.
class Loading {
 public:
  Loading(Vm& vm, const FindModule& find) : vm_(vm), find_(find) {}
  ~Loading();
  Loading(const Loading&) = delete;
  Loading& operator=(const Loading&) = delete;

  // What a file is executed with besides its environment.
  struct Extra {
    Budget budget;
    std::function<void(lua_State*)> put;  // adds to the environment at the top
  };
  // Executes the file in an environment of its own.  "", and what it returns is at the top of
  // `run`'s thread; or what went wrong, with its line.
  [[nodiscard]] std::string execute(const SourceFile& file, const Environment& environment,
                                    const Extra& extra = {});
  [[nodiscard]] lua_State* thread() const { return run_->thread; }

 private:
  static int require(lua_State* state);
  static bool push_file(lua_State* state, const SourceFile& file, int environment);
  bool push_module(lua_State* state, const char* name, int environment);

  Vm& vm_;
  const FindModule& find_;
  Run* run_ = nullptr;
};

// A policy in a worker's state.
// Thread: its worker's.  Owns: references to its functions, and through them its environment.
class LoadedScript {
 public:
  // Errors: `failure` says which; nothing can be run then.
  LoadedScript(Vm& vm, std::shared_ptr<const Script> script);
  ~LoadedScript();
  LoadedScript(const LoadedScript&) = delete;
  LoadedScript& operator=(const LoadedScript&) = delete;

  // Executes the file anew: what it has kept is gone, in tables of parameters too.
  void renew();
  // A reference to a table of the values (null: an empty one), for a step until it drops it.
  [[nodiscard]] int add_parameters(std::shared_ptr<const config::PluginValues> values);
  void drop_parameters(int reference);
  [[nodiscard]] const Script& script() const { return *script_; }
  // By how many bytes the state grew in its runs, what was freed meanwhile left out.
  void add_growth(std::int64_t bytes) { growth_ += bytes; }
  [[nodiscard]] std::int64_t growth() const { return growth_; }
  [[nodiscard]] const std::string& failure() const { return failure_; }
  // Pushes the function of a phase.
  void push(lua_State* state, Phase phase) const {
    lua_rawgeti(state, LUA_REGISTRYINDEX, functions_[static_cast<std::size_t>(phase)]);
  }

 private:
  void forget();

  Vm& vm_;
  const std::shared_ptr<const Script> script_;
  std::array<int, kPhaseWords.size()> functions_;
  std::map<int, std::shared_ptr<const config::PluginValues>> parameters_;  // by reference
  std::int64_t growth_ = 0;
  std::string failure_;
};

}  // namespace gatehouse::policy

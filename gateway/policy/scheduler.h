// Waiting in policies: calls that look like others and park the fiber that makes them.
#pragma once

#include <memory>

#include "include/gatehouse/abi.h"
#include "policy/vm.h"

namespace gatehouse::policy {

// Who is told how far a run has come when a wait of it is over.
class Waiter {
 public:
  virtual void settled(Run& run, Vm::Outcome outcome) = 0;

 protected:
  ~Waiter() = default;
};

// The fiber that executes `state`.  Raises: it is no place to wait in: the file is being loaded, or
// a function in C (table.sort, string.gsub) has called.
[[nodiscard]] Fiber& waiting_fiber(lua_State* state, const char* what);

// Parks the fiber until `operation` wakes it; to be returned by a function that Lua has called.
int park(Fiber& fiber, std::unique_ptr<Operation> operation);

// The fiber's wait is over, and so many values on its thread are what the call returns.  The
// operation is destroyed.
void wake(Fiber& fiber, int values);

// One of the host's operations, as plugins have them.
class HostOperation : public Operation {
 public:
  explicit HostOperation(Fiber& fiber) : fiber_(fiber) {}
  ~HostOperation() override;

 protected:
  // It is over: the host has forgotten it.
  lua_State* done() {
    under_way_ = nullptr;
    return fiber_.thread;
  }
  Fiber& fiber_;
  gh_operation* under_way_ = nullptr;
};

// gate.all: the functions of the table at 1 at the same time; pushes their results by name.
int all_of_them(lua_State* state);

}  // namespace gatehouse::policy

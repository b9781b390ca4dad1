// A policy's parameters: what its `with` says they are, and what routes.yaml says they are worth.
#pragma once

#include <lua.hpp>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "config/schema.h"

namespace gatehouse::policy {

// A value as Lua gets it; times are seconds, sizes bytes.
struct Value {
  std::variant<bool, double, std::string, std::vector<Value>> what;
};
void push_value(lua_State* state, const Value& value);

struct ParameterType {
  enum class Kind : std::uint8_t {
    string,
    integer,
    number,
    boolean,
    duration,
    size,
    group,
    secret,
    one_of,
    list,
  };
  Kind kind = Kind::string;
  std::vector<std::string> words;       // of one_of
  std::unique_ptr<ParameterType> item;  // of a list
};

struct Parameter {
  std::string name;
  std::string doc;
  ParameterType type;
  bool optional = false;
  std::optional<Value> initial;
};

// Thread: any, once made.
class Parameters {
 public:
  // Reads the table at the top: descriptors as gate.string and its like make them.  "", or what is
  // wrong with it.
  [[nodiscard]] std::string take(lua_State* state);

  // Reads a map of routes.yaml; `values` get a value for each parameter that has one.
  void read(config::Reader& reader, const config::Node& node, std::string_view what,
            config::PluginValues& values) const;
  [[nodiscard]] std::shared_ptr<config::PluginValues> make() const;
  [[nodiscard]] const std::vector<std::unique_ptr<Parameter>>& all() const { return parameters_; }

 private:
  static void read_row(config::Reader& reader, const config::Node& node, const config::Row& row,
                       void* object);
  void add_row(Parameter& parameter);

  std::vector<std::unique_ptr<Parameter>> parameters_;
  std::vector<std::vector<std::string_view>> words_;
  std::vector<config::Row> rows_;
};

// What a configuration of a policy is made of, by name.
using Values = std::vector<std::pair<std::string, Value>>;

}  // namespace gatehouse::policy

#include "policy/parameters.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "policy/binding/descriptor.h"
#include "policy/parameter_default.h"

namespace gatehouse::policy {

using config::Node;
using config::Reader;
using config::Row;
using Kind = ParameterType::Kind;

namespace {

struct Into {
  Values& values;
  config::PluginValues& plugin_values;
};

// The value of a T, if it is good; what is wrong with it has been said.
template <typename T>
std::optional<T> value_of(Reader& reader, const Node& node, const Row& row) {
  T value{};
  const std::size_t before = reader.error_count();
  read_value(reader, node, row, value);
  return reader.error_count() == before ? std::optional<T>(std::move(value)) : std::nullopt;
}

std::optional<Value> number_of(Reader& reader, const Node& node) {
  const auto text = reader.text(node, "a number");
  if (!text) return std::nullopt;
  char* end = nullptr;
  const double number = std::strtod(text->c_str(), &end);
  if (text->empty() || *end != '\0' || !std::isfinite(number)) {
    reader.wrong_value(node, "a number");
    return std::nullopt;
  }
  return Value{number};
}

std::optional<Value> integer_of(Reader& reader, const Node& node) {
  auto value = number_of(reader, node);
  if (!value) return value;
  const double number = std::get<double>(value->what);
  if (number == std::floor(number) && std::abs(number) <= 9007199254740992.0) return value;
  reader.wrong_value(node, "a whole number");
  return std::nullopt;
}

std::optional<Value> read_one(Reader& reader, const Node& node, const Row& row,
                              const ParameterType& type, Into& into) {
  switch (type.kind) {
    case Kind::string:
      if (auto text = value_of<std::string>(reader, node, row)) return Value{std::move(*text)};
      break;
    case Kind::boolean:
      if (const auto flag = value_of<bool>(reader, node, row)) return Value{*flag};
      break;
    case Kind::integer:
      return integer_of(reader, node);
    case Kind::number:
      return number_of(reader, node);
    case Kind::duration:
      if (const auto time = value_of<Millis>(reader, node, row))
        return Value{static_cast<double>(time->count()) / 1000};
      break;
    case Kind::size:
      if (const auto size = value_of<Bytes>(reader, node, row))
        return Value{static_cast<double>(size->value)};
      break;
    case Kind::group:
      if (auto text = value_of<std::string>(reader, node, row)) {
        into.plugin_values.groups.push_back({*text, node.span});
        return Value{std::move(*text)};
      }
      break;
    case Kind::secret:
      if (auto secret = value_of<config::Secret>(reader, node, row))
        return Value{std::move(secret->value)};
      break;
    case Kind::one_of:
      if (const auto word = read_word(reader, node, row))
        return Value{std::string(row.rule.words[*word])};
      break;
    case Kind::list:
      break;
  }
  return std::nullopt;
}

// Equal for equal values.
void write_down(const Value& value, std::string& out) {
  if (const auto* flag = std::get_if<bool>(&value.what)) {
    out += *flag ? "t" : "f";
  } else if (const auto* number = std::get_if<double>(&value.what)) {
    char digits[32];
    out.append(digits,
               static_cast<std::size_t>(std::snprintf(digits, sizeof digits, "n%.17g;", *number)));
  } else if (const auto* text = std::get_if<std::string>(&value.what)) {
    out += std::to_string(text->size()) + ':' + *text;
  } else {
    out += '[';
    for (const Value& one : std::get<std::vector<Value>>(value.what)) write_down(one, out);
    out += ']';
  }
}

// The text at `key` of the descriptor at the top.
std::string raw_text(lua_State* state, const char* key) {
  lua_pushstring(state, key);
  lua_rawget(state, -2);
  std::size_t size = 0;
  const char* text = lua_type(state, -1) == LUA_TSTRING ? lua_tolstring(state, -1, &size) : "";
  std::string out(text, size);
  lua_pop(state, 1);
  return out;
}

std::optional<Value> take_value(lua_State* state, int depth) {
  std::size_t size = 0;
  switch (lua_type(state, -1)) {
    case LUA_TBOOLEAN:
      return Value{lua_toboolean(state, -1) != 0};
    case LUA_TNUMBER:
      return Value{lua_tonumber(state, -1)};
    case LUA_TSTRING: {
      const char* text = lua_tolstring(state, -1, &size);
      return Value{std::string(text, size)};
    }
    case LUA_TTABLE: {
      std::vector<Value> out;
      for (int i = 1; depth > 0 && i <= 1000; ++i) {
        lua_rawgeti(state, -1, i);
        auto item = take_value(state, depth - 1);
        lua_pop(state, 1);
        if (!item) break;
        out.push_back(std::move(*item));
      }
      return Value{std::move(out)};
    }
    default:
      return std::nullopt;
  }
}

// The type that the descriptor at the top names.
std::optional<ParameterType> take_type(lua_State* state, bool in_list) {
  const auto kind = kind_named(raw_text(state, "type"));
  if (!kind || (in_list && *kind == Kind::list)) return std::nullopt;
  ParameterType out;
  out.kind = *kind;
  if (*kind == Kind::one_of) {
    lua_pushliteral(state, "words");
    lua_rawget(state, -2);
    const auto words = take_value(state, 1);
    lua_pop(state, 1);
    if (!words || !std::holds_alternative<std::vector<Value>>(words->what)) return std::nullopt;
    for (const Value& word : std::get<std::vector<Value>>(words->what)) {
      if (!std::holds_alternative<std::string>(word.what)) return std::nullopt;
      out.words.push_back(std::get<std::string>(word.what));
    }
  }
  if (*kind != Kind::list) return out;
  lua_pushliteral(state, "item");
  lua_rawget(state, -2);
  auto item = lua_type(state, -1) == LUA_TTABLE ? take_type(state, true) : std::nullopt;
  lua_pop(state, 1);
  if (!item) return std::nullopt;
  out.item = std::make_unique<ParameterType>(std::move(*item));
  return out;
}

// A default names target groups like what the file says.
void add_groups(const ParameterType& type, const Value& value, config::Span span,
                config::PluginValues& out) {
  if (type.kind == Kind::group) out.groups.push_back({std::get<std::string>(value.what), span});
  if (type.kind != Kind::list) return;
  for (const Value& item : std::get<std::vector<Value>>(value.what))
    add_groups(*type.item, item, span, out);
}

}  // namespace

void push_value(lua_State* state, const Value& value) {
  luaL_checkstack(state, 3, "too many values");
  if (const auto* flag = std::get_if<bool>(&value.what)) {
    lua_pushboolean(state, *flag ? 1 : 0);
  } else if (const auto* number = std::get_if<double>(&value.what)) {
    lua_pushnumber(state, *number);
  } else if (const auto* text = std::get_if<std::string>(&value.what)) {
    lua_pushlstring(state, text->data(), text->size());
  } else {
    const auto& list = std::get<std::vector<Value>>(value.what);
    lua_createtable(state, static_cast<int>(list.size()), 0);
    for (std::size_t i = 0; i < list.size(); ++i) {
      push_value(state, list[i]);
      lua_rawseti(state, -2, static_cast<int>(i + 1));
    }
  }
}

std::string Parameters::take(lua_State* state) {
  for (lua_pushnil(state); lua_next(state, -2) != 0; lua_pop(state, 1)) {
    if (lua_type(state, -2) != LUA_TSTRING) return "`with` has a key that is no name";
    const std::string name = lua_tostring(state, -2);
    const bool is_table = lua_type(state, -1) == LUA_TTABLE;
    auto type = is_table ? take_type(state, false) : std::nullopt;
    if (!type) return "`with." + name + "` is no type such as gate.string \"what it is for\"";
    auto parameter = std::make_unique<Parameter>();
    parameter->name = name;
    parameter->doc = raw_text(state, "doc");
    parameter->type = std::move(*type);
    lua_pushliteral(state, "default");
    lua_rawget(state, -2);
    const bool has_default = !lua_isnil(state, -1);
    parameter->initial = take_value(state, 1);
    lua_pop(state, 1);
    if (has_default && (!parameter->initial || !fit_default(parameter->type, *parameter->initial)))
      return "the default of `with." + name + "` is no value of its type";
    lua_pushliteral(state, "optional");
    lua_rawget(state, -2);
    parameter->optional = parameter->initial.has_value() || lua_toboolean(state, -1) != 0;
    lua_pop(state, 1);
    parameters_.push_back(std::move(parameter));
  }
  std::sort(parameters_.begin(), parameters_.end(),
            [](const auto& a, const auto& b) { return a->name < b->name; });
  words_.reserve(parameters_.size());
  for (const auto& parameter : parameters_) add_row(*parameter);
  return {};
}

void Parameters::add_row(Parameter& parameter) {
  const ParameterType& type =
      parameter.type.item != nullptr ? *parameter.type.item : parameter.type;
  words_.emplace_back(type.words.begin(), type.words.end());
  Row row;
  row.name = parameter.name;
  row.doc = parameter.doc;
  row.rule.required = !parameter.optional;
  row.rule.words = words_.back();
  if (type.kind == Kind::duration) row.rule.max = config::kLongestTime;
  row.read = &Parameters::read_row;
  row.detail = &parameter;
  rows_.push_back(row);
}

void Parameters::read_row(Reader& reader, const Node& node, const Row& row, void* object) {
  const auto& parameter = *static_cast<const Parameter*>(row.detail);
  auto& into = *static_cast<Into*>(object);
  const auto keep = [&](Value value) {
    for (auto& [name, known] : into.values) {
      if (name != parameter.name) continue;
      known = std::move(value);
      return;
    }
  };
  if (parameter.type.kind != Kind::list) {
    if (auto value = read_one(reader, node, row, parameter.type, into)) keep(std::move(*value));
    return;
  }
  std::vector<Value> list;
  const auto add = [&](const Node& item) {
    if (auto value = read_one(reader, item, row, *parameter.type.item, into))
      list.push_back(std::move(*value));
  };
  if (node.kind == Node::Kind::sequence) {
    reader.each_item(node, add);
  } else {
    add(node);
  }
  keep(Value{std::move(list)});
}

std::shared_ptr<config::PluginValues> Parameters::make() const {
  auto out = std::make_shared<config::PluginValues>();
  out->config = std::make_shared<Values>();
  return out;
}

void Parameters::read(Reader& reader, const Node& node, std::string_view what,
                      config::PluginValues& out) const {
  auto& values = *static_cast<Values*>(out.config.get());
  // `keep` finds each by its name; what stays empty is nil in Lua.
  for (const auto& parameter : parameters_)
    values.emplace_back(parameter->name, Value{std::vector<Value>{}});
  std::vector<bool> said(values.size(), false);
  reader.each_entry(node, [&](const Node& key, const Node&) {
    for (std::size_t i = 0; i < values.size(); ++i)
      said[i] = said[i] || values[i].first == key.text;
  });
  Into into{values, out};
  reader.read_map(node, rows_, &into, what);
  Values given;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (said[i])
      given.push_back(std::move(values[i]));
    else if (parameters_[i]->initial)
      given.emplace_back(parameters_[i]->name, *parameters_[i]->initial);
    if (!said[i] && parameters_[i]->initial)
      add_groups(parameters_[i]->type, *parameters_[i]->initial, node.span, out);
  }
  values = std::move(given);
  for (const auto& [name, value] : values) {
    out.content += std::to_string(name.size()) + ':' + name;
    write_down(value, out.content);
  }
}

}  // namespace gatehouse::policy

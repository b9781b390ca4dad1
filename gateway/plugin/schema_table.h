// A plugin's table of configuration keys, as the core's own tables are.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "config/plugins.h"
#include "config/schema.h"
#include "include/gatehouse/abi.h"

namespace gatehouse::plugin {

// Thread: any, once made.  Owns: rows and words; texts stay the plugin's.
class SchemaTable {
 public:
  // `stride`: the size of a gh_field as the plugin knows it.
  SchemaTable(const gh_schema* schema, std::size_t stride);

  ~SchemaTable();
  SchemaTable(const SchemaTable&) = delete;
  SchemaTable& operator=(const SchemaTable&) = delete;

  [[nodiscard]] config::Table table() const { return rows_; }
  // Reads a map into the plugin's struct at `object`; what was read is added to `values`.
  void read(config::Reader& reader, const config::Node& node, std::string_view what, void* object,
            config::PluginValues& values) const;

 private:
  struct Key;
  static void read_key(config::Reader& reader, const config::Node& node, const config::Row& row,
                       void* object);
  static config::Shape shape_of_key(const config::Row& row);

  std::vector<config::Row> rows_;
  std::vector<std::unique_ptr<Key>> keys_;
};

}  // namespace gatehouse::plugin

// JSON as people collect it: files, each with one document or several in a row.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace gatehouse::app {

struct JsonDocument {
  std::string file;  // "-": standard input
  nlohmann::json value;
};

// Reads `file`, or standard input if it is "-".
// Errors: it cannot be read; what is wrong with it, as file:line:column.
[[nodiscard]] Result<std::vector<JsonDocument>> read_documents(const std::string& file);
// The documents in `bytes`; there is at least one.
[[nodiscard]] Result<std::vector<JsonDocument>> parse_documents(const std::string& file,
                                                                std::string_view bytes);

// What a document says, whatever it is: "" or nothing where a thing is missing or is another kind.
// A number or a truth value is given as its text.
[[nodiscard]] std::string text_of(const nlohmann::json& object, const char* key);
[[nodiscard]] const nlohmann::json& member(const nlohmann::json& object, const char* key);
[[nodiscard]] std::vector<std::string> texts_of(const nlohmann::json& object, const char* key);
// The entries of an array that are objects.
[[nodiscard]] std::vector<const nlohmann::json*> objects_of(const nlohmann::json& object,
                                                            const char* key);

}  // namespace gatehouse::app

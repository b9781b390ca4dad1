// What is sent to Redis.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace gatehouse::client {

// Appends a command: a list of binary-safe words.
void write_command(std::string& to, std::span<const std::string_view> words);
// So many bytes it would append at most.
[[nodiscard]] std::size_t command_size(std::span<const std::string_view> words);

// Whether it may share a connection with commands of others: it neither waits there, nor turns the
// connection into something else, nor means what follows it.
[[nodiscard]] bool may_share(std::span<const std::string_view> words);

}  // namespace gatehouse::client

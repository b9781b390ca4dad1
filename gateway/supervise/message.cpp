#include "supervise/message.h"

#include <array>
#include <cstring>
#include <utility>

namespace gatehouse::supervise {
namespace {

constexpr std::size_t kLongestText = 4096;  // three to a message at most

struct Writer {
  std::string& out;
  void operator()(std::uint32_t value) {
    char bytes[sizeof value];
    std::memcpy(bytes, &value, sizeof value);
    out.append(bytes, sizeof value);
  }
  void operator()(const std::string& text) {
    const std::string_view kept = std::string_view(text).substr(0, kLongestText);
    (*this)(static_cast<std::uint32_t>(kept.size()));
    out += kept;
  }
};

struct Reader {
  std::string_view in;
  bool good = true;
  void operator()(std::uint32_t& value) {
    if (in.size() < sizeof value) {
      good = false;
      return;
    }
    std::memcpy(&value, in.data(), sizeof value);
    in.remove_prefix(sizeof value);
  }
  void operator()(std::string& text) {
    std::uint32_t size = 0;
    (*this)(size);
    good = good && size <= in.size() && size <= kLongestText;
    if (!good) return;
    text = in.substr(0, size);
    in.remove_prefix(size);
  }
};

template <typename T>
std::optional<Message> read_as(std::string_view bytes) {
  T message;
  Reader reader{bytes};
  T::each(message, reader);
  if (!reader.good || !reader.in.empty()) return std::nullopt;
  return message;
}

using Read = std::optional<Message> (*)(std::string_view);
template <std::size_t... I>
constexpr std::array<Read, sizeof...(I)> readers(std::index_sequence<I...>) {
  return {&read_as<std::variant_alternative_t<I, Message>>...};
}

}  // namespace

std::string encode(const Message& message) {
  std::string out(1, static_cast<char>(message.index()));
  std::visit([&]<typename T>(const T& m) { T::each(m, Writer{out}); }, message);
  return out;
}

std::optional<Message> decode(std::string_view bytes) {
  static constexpr auto kReaders =
      readers(std::make_index_sequence<std::variant_size_v<Message>>{});
  if (bytes.empty()) return std::nullopt;
  const auto kind = static_cast<unsigned char>(bytes.front());
  return kind < kReaders.size() ? kReaders[kind](bytes.substr(1)) : std::nullopt;
}

}  // namespace gatehouse::supervise

// A plugin's configuration: a struct, and a table from which the gateway checks routes.yaml and
// fills it.
//
//   struct Config {
//     TargetGroup target_group;
//     std::vector<std::string> copy = {"X-User-ID"};   // the initialiser is the default
//   };
//   static constexpr auto schema = fields(
//       field("target_group", &Config::target_group, required, "target group that decides"),
//       field("copy", &Config::copy, "headers of its answer that the target receives"));
//
// Types: bool, integers, std::string, Bytes, std::chrono durations, enums (with one_of), Secret,
// File, FileOrUrl, Path, Regex, TargetGroup, Store, Names, a struct with a `schema` of its own;
// std::vector and std::optional of them.
#pragma once

#include <gatehouse/abi.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <ratio>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace [[gnu::visibility("hidden")]] gatehouse {

struct Bytes {
  std::uint64_t value = 0;
};
struct Secret {
  std::string value;
};
// A file that is read with the configuration.
struct File {
  std::string path;
  std::string bytes;
};
// A file that is read with the configuration, or a URL that the plugin fetches itself.
struct FileOrUrl {
  std::string place;  // "": neither
  std::string bytes;  // of a file
  [[nodiscard]] bool is_url() const { return place.find("://") != std::string::npos; }
};
// A path, absolute; relative ones start at the folder of routes.yaml.
struct Path {
  std::string value;
};
struct Regex {
  std::string value;
};
struct TargetGroup {
  std::string name;
};
// A store of `stores:`, such as redis.
struct Store {
  std::string name;
};
using Names = std::map<std::string, std::vector<std::string>>;

namespace detail {

inline gh_text to_c(std::string_view text) { return {text.data(), text.size()}; }
inline std::string_view to_view(gh_text text) {
  return text.size == 0 ? std::string_view{} : std::string_view{text.data, text.size};
}

struct Options {
  static constexpr std::size_t kWords = 24;
  std::array<std::string_view, kWords> words{};
  std::size_t word_count = 0;
  std::size_t available = SIZE_MAX;
  std::uint64_t min = 0;
  std::uint64_t max = UINT64_MAX;
  std::string_view example;
  std::string_view later;
  std::uint32_t flags = 0;
};

template <typename F>
struct Option {
  F apply;
};
template <typename F>
Option(F) -> Option<F>;

template <typename Class, typename T>
struct Field {
  std::string_view name;
  T Class::*member;
  std::string_view doc;
  Options options;
};

template <typename... Fields>
struct Schema {
  std::tuple<Fields...> fields;
};

template <typename T>
concept HasSchema = requires {
  T::schema;
};

template <typename T>
struct IsDuration : std::false_type {};
template <typename Rep, typename Period>
struct IsDuration<std::chrono::duration<Rep, Period>> : std::true_type {};

// How a value of the file gets into a T.
template <typename T>
struct Value {
  static_assert(std::is_integral_v<T> || std::is_enum_v<T> || IsDuration<T>::value || HasSchema<T>,
                "a configuration has no values of this type: see the list in gatehouse/schema.hpp");
  static constexpr std::uint32_t type = [] {
    if constexpr (std::is_same_v<T, bool>) return GH_BOOL;
    if constexpr (std::is_enum_v<T>) return GH_WORD;
    if constexpr (IsDuration<T>::value) return GH_TIME;
    if constexpr (HasSchema<T>) return GH_SECTION;
    return GH_INTEGER;
  }();
  static void set(T& out, const gh_value& in) {
    if constexpr (IsDuration<T>::value) {
      out = std::chrono::duration_cast<T>(std::chrono::milliseconds(in.number));
    } else if constexpr (!HasSchema<T>) {
      out = static_cast<T>(in.number);
    }
  }
};
template <>
struct Value<std::string> {
  static constexpr std::uint32_t type = GH_TEXT;
  static void set(std::string& out, const gh_value& in) { out = to_view(in.text); }
};
template <>
struct Value<Bytes> {
  static constexpr std::uint32_t type = GH_SIZE;
  static void set(Bytes& out, const gh_value& in) {
    out.value = static_cast<std::uint64_t>(in.number);
  }
};
template <>
struct Value<Secret> {
  static constexpr std::uint32_t type = GH_SECRET;
  static void set(Secret& out, const gh_value& in) { out.value = to_view(in.text); }
};
template <>
struct Value<File> {
  static constexpr std::uint32_t type = GH_FILE;
  static void set(File& out, const gh_value& in) {
    out.path = to_view(in.key);
    out.bytes = to_view(in.text);
  }
};
template <>
struct Value<FileOrUrl> {
  static constexpr std::uint32_t type = GH_FILE_OR_URL;
  static void set(FileOrUrl& out, const gh_value& in) {
    out.place = to_view(in.key);
    out.bytes = to_view(in.text);
  }
};
template <>
struct Value<Path> {
  static constexpr std::uint32_t type = GH_PATH;
  static void set(Path& out, const gh_value& in) { out.value = to_view(in.text); }
};
template <>
struct Value<Regex> {
  static constexpr std::uint32_t type = GH_REGEX;
  static void set(Regex& out, const gh_value& in) { out.value = to_view(in.text); }
};
template <>
struct Value<TargetGroup> {
  static constexpr std::uint32_t type = GH_GROUP;
  static void set(TargetGroup& out, const gh_value& in) { out.name = to_view(in.text); }
};
template <>
struct Value<Store> {
  static constexpr std::uint32_t type = GH_STORE;
  static void set(Store& out, const gh_value& in) { out.name = to_view(in.text); }
};
template <>
struct Value<Names> {
  static constexpr std::uint32_t type = GH_NAMES;
  static void set(Names& out, const gh_value& in) {
    out[std::string(to_view(in.key))].emplace_back(to_view(in.text));
  }
};

// The value inside of a list or of what may be absent.
template <typename T>
struct Member {
  using Inner = T;
  static constexpr std::uint32_t flags = 0;
  static void reset(T&) {}
  static T& make(T& member) { return member; }
};
template <typename T>
struct Member<std::vector<T>> {
  using Inner = T;
  static constexpr std::uint32_t flags = GH_LIST;
  static void reset(std::vector<T>& member) { member.clear(); }
  static T& make(std::vector<T>& member) { return member.emplace_back(); }
};
template <typename T>
struct Member<std::optional<T>> {
  using Inner = T;
  static constexpr std::uint32_t flags = 0;
  static void reset(std::optional<T>&) {}
  static T& make(std::optional<T>& member) { return member.emplace(); }
};

// A default as it would be written; "" where there is none to be written.
template <typename T>
std::string written(const Options& options, const T& value) {
  if constexpr (std::is_same_v<T, bool>) {
    return value ? "true" : "false";
  } else if constexpr (std::is_enum_v<T>) {
    return std::string(options.words[static_cast<std::size_t>(value)]);
  } else if constexpr (std::is_integral_v<T>) {
    return std::to_string(value);
  } else if constexpr (std::is_same_v<T, std::string>) {
    return value;
  } else if constexpr (std::is_same_v<T, Bytes>) {
    return value.value % 1024 == 0 && value.value != 0 ? std::to_string(value.value / 1024) + "KiB"
                                                       : std::to_string(value.value) + "B";
  } else if constexpr (IsDuration<T>::value) {
    const auto time = std::chrono::duration_cast<std::chrono::milliseconds>(value).count();
    constexpr std::pair<long, const char*> kUnits[] = {
        {86'400'000, "d"}, {3'600'000, "h"}, {60'000, "min"}, {1000, "s"}};
    for (const auto& [size, unit] : kUnits) {
      if (time != 0 && time % size == 0) return std::to_string(time / size) + unit;
    }
    return std::to_string(time) + "ms";
  } else {
    return {};
  }
}

// The table of `Owner::schema` as the gateway reads it; made when the plugin is attached.
template <typename Owner>
class Table {
 public:
  static const gh_schema* get() {
    static const Table table;
    return &table.schema_;
  }

 private:
  static constexpr std::size_t kCount = std::tuple_size_v<decltype(Owner::schema.fields)>;
  template <std::size_t I>
  static constexpr const auto& at() {
    return std::get<I>(Owner::schema.fields);
  }
  template <typename Class, typename T>
  static Class class_of(Field<Class, T>);
  template <typename Class, typename T>
  static T type_of(Field<Class, T>);
  template <std::size_t I>
  using ClassAt = decltype(class_of(std::get<I>(Owner::schema.fields)));
  template <std::size_t I>
  using TypeAt = decltype(type_of(std::get<I>(Owner::schema.fields)));

  template <std::size_t I>
  static auto& member(void* object) {
    return static_cast<ClassAt<I>*>(object)->*at<I>().member;
  }
  template <std::size_t I>
  static void reset(void* object) {
    Member<TypeAt<I>>::reset(member<I>(object));
  }
  template <std::size_t I>
  static void set(void* object, const gh_value* value) {
    using M = Member<TypeAt<I>>;
    Value<typename M::Inner>::set(M::make(member<I>(object)), *value);
  }
  template <std::size_t I>
  static void* enter(void* object) {
    return &Member<TypeAt<I>>::make(member<I>(object));
  }

  Table() {
    fill(std::make_index_sequence<kCount>());
    schema_ = {fields_.data(), kCount};
  }
  template <std::size_t... I>
  void fill(std::index_sequence<I...>) {
    (put<I>(), ...);
  }
  template <std::size_t I>
  void put() {
    using M = Member<TypeAt<I>>;
    using Inner = typename M::Inner;
    const auto& from = at<I>();
    static_assert(!std::is_enum_v<Inner> || at<I>().options.word_count != 0,
                  "an enum needs one_of(…)");
    initial_[I] = written(from.options, ClassAt<I>{}.*from.member);
    for (std::size_t w = 0; w < from.options.word_count; ++w)
      words_[I][w] = to_c(from.options.words[w]);
    gh_field& out = fields_[I];
    out.name = to_c(from.name);
    out.doc = to_c(from.doc);
    out.example = to_c(from.options.example);
    out.initial = to_c(initial_[I]);
    out.later = to_c(from.options.later);
    out.type = from.options.word_count != 0 ? std::uint32_t{GH_WORD} : Value<Inner>::type;
    out.flags = from.options.flags | M::flags;
    if constexpr (IsDuration<Inner>::value) {
      // What is coarser cannot hold every time.
      using Milliseconds = std::ratio_divide<typename Inner::period, std::milli>;
      if constexpr (Milliseconds::den == 1) out.unit = Milliseconds::num;
    }
    out.min = from.options.min;
    out.max = from.options.max;
    out.words = words_[I].data();
    out.word_count = from.options.word_count;
    out.available = from.options.available;
    out.section = nullptr;
    if constexpr (HasSchema<Inner>) out.section = Table<Inner>::get();
    out.reset = &reset<I>;
    out.set = &set<I>;
    out.enter = &enter<I>;
  }

  std::array<gh_field, kCount> fields_{};
  std::array<std::string, kCount> initial_;
  std::array<std::array<gh_text, Options::kWords>, kCount> words_{};
  gh_schema schema_{};
};

}  // namespace detail

// ---- what a field may be beyond its type ----

inline constexpr detail::Option required{[](detail::Options& o) { o.flags |= GH_REQUIRED; }};
inline constexpr detail::Option not_empty{[](detail::Options& o) { o.flags |= GH_NOT_EMPTY; }};
// The words that may stand there; an enumerator's number is its place.
template <typename... Words>
constexpr auto one_of(Words... words) {
  static_assert(sizeof...(Words) <= detail::Options::kWords);
  return detail::Option{[words...](detail::Options& o) {
    std::size_t n = 0;
    ((o.words[n++] = words), ...);
    o.word_count = n;
  }};
}
// So many of the words; `check` says of the others that they come in a later version.
constexpr auto available(std::size_t count) {
  return detail::Option{[count](detail::Options& o) { o.available = count; }};
}
constexpr auto range(std::uint64_t min, std::uint64_t max) {
  return detail::Option{[min, max](detail::Options& o) {
    o.min = min;
    o.max = max;
  }};
}
constexpr auto example(std::string_view text) {
  return detail::Option{[text](detail::Options& o) { o.example = text; }};
}
// Known, and not available yet.
constexpr auto later(std::string_view what) {
  return detail::Option{[what](detail::Options& o) { o.later = what; }};
}

namespace detail {
template <typename F>
constexpr void put(Options& options, std::string_view&, Option<F> option) {
  option.apply(options);
}
constexpr void put(Options&, std::string_view& doc, std::string_view text) { doc = text; }
}  // namespace detail

// `rest`: what the field may be beyond its type, and what it is for.
template <typename Class, typename T, typename... Rest>
constexpr detail::Field<Class, T> field(std::string_view name, T Class::*member, Rest... rest) {
  detail::Field<Class, T> out{name, member, {}, {}};
  (detail::put(out.options, out.doc, rest), ...);
  return out;
}

template <typename... Fields>
constexpr detail::Schema<Fields...> fields(Fields... all) {
  return {std::tuple<Fields...>(all...)};
}

// What a plugin's `static void check(const Config&, Problems&)` says beyond the table.  `path` is
// where: "jwt.secret", "rules[2].path", or "" for the whole.
class Problems {
 public:
  explicit Problems(const gh_problems& to) : to_(to) {}
  void error(std::string_view path, std::string_view message, std::string_view hint = {}) {
    report(0, path, message, hint);
  }
  void warning(std::string_view path, std::string_view message, std::string_view hint = {}) {
    report(1, path, message, hint);
  }

 private:
  void report(int is_warning, std::string_view path, std::string_view message,
              std::string_view hint) {
    to_.report(to_.data, is_warning, detail::to_c(path), detail::to_c(message), detail::to_c(hint));
  }
  const gh_problems& to_;
};

}  // namespace gnu::visibility("hidden")]]gatehouse

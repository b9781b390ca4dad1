// What routes.yaml says under `use: static`.
#pragma once

#include <gatehouse/schema.hpp>
#include <string>
#include <vector>

namespace static_files {

enum class Coding : std::uint8_t { br, gzip };
enum class Symlinks : std::uint8_t { inside, none };

struct Config {
  gatehouse::Path root;
  std::string prefix;
  std::vector<std::string> index = {"index.html"};
  std::string fallback;
  std::string not_found;
  std::vector<Coding> precompressed;
  Symlinks symlinks = Symlinks::inside;
  bool hidden = false;
  std::string cache_control;
  gatehouse::Names types;

  static constexpr auto schema = gatehouse::fields(
      gatehouse::field("root", &Config::root, gatehouse::required, gatehouse::example("site"),
                       "folder of the files; nothing outside of it is reached"),
      gatehouse::field("prefix", &Config::prefix, gatehouse::example("/assets"),
                       "beginning of paths that is not part of a file's name"),
      gatehouse::field("index", &Config::index, gatehouse::example("index.html"),
                       "files that stand for their folder, the first that is there"),
      gatehouse::field(
          "fallback", &Config::fallback, gatehouse::example("index.html"),
          "file for paths at which none is, with status 200: a page that routes by itself"),
      gatehouse::field("not_found", &Config::not_found, gatehouse::example("404.html"),
                       "file for paths at which none is, with status 404"),
      gatehouse::field("precompressed", &Config::precompressed, gatehouse::one_of("br", "gzip"),
                       gatehouse::example("[br, gzip]"),
                       "NAME.br and NAME.gz are looked for, for clients that take them"),
      gatehouse::field("symlinks", &Config::symlinks, gatehouse::one_of("inside", "none"),
                       "inside: links that stay in the folder are followed"),
      gatehouse::field("hidden", &Config::hidden,
                       "names that begin with a dot are served too; .well-known always is"),
      gatehouse::field("cache_control", &Config::cache_control,
                       gatehouse::example("\"public, max-age=3600\""), "Cache-Control of files"),
      gatehouse::field("types", &Config::types, gatehouse::example("{glb: model/gltf-binary}"),
                       "content types by ending, before those that are known"));
};

void check(const Config& config, gatehouse::Problems& problems);

}  // namespace static_files

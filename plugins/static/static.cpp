// The files of a folder, for pages and what they load.
#include <sys/uio.h>

#include <algorithm>
#include <charconv>
#include <gatehouse/helpers.hpp>
#include <gatehouse/negotiation.hpp>
#include <gatehouse/plugin.hpp>

#include "condition.h"
#include "folder.h"
#include "mime.h"

namespace static_files {

using namespace gatehouse;

// On a helper's thread: names that the kernel has to fetch from the disk.
struct Look final : Helpers::Job {
  Look(const Config& c, Wish w) : config(c), wish(std::move(w)) {}
  void run() override { found = find(config, wish, true); }
  const Config& config;
  Wish wish;
  Found found;
};

std::string hex(std::uint64_t number) {
  char text[16];
  return {text, std::to_chars(text, text + sizeof text, number, 16).ptr};
}

// Strong: it changes with every write that the file's time shows, to the nanosecond.
std::string etag_of(const Found& found) {
  const auto& at = found.status.st_mtim;
  std::string out = '"' + hex(static_cast<std::uint64_t>(at.tv_sec)) + '.' +
                    hex(static_cast<std::uint64_t>(at.tv_nsec)) + '-' +
                    hex(static_cast<std::uint64_t>(found.status.st_size));
  if (found.coding) out += *found.coding == Coding::br ? "-br" : "-gz";
  return out + '"';
}

struct Static {
  using Config = static_files::Config;
  static constexpr auto schema = Config::schema;
  static void check(const Config& config, Problems& problems) {
    static_files::check(config, problems);
  }
  // The disk is not asked: that might take long.
  static void explain(const Config& config, Explained& would) {
    const Request request = would.request();
    if (request.method() != "GET" && request.method() != "HEAD")
      return would.says("files are got, not changed").answers(405);
    Wish wish;
    if (!read(config, request, would.upstream().path(), wish))
      return would.says("no file is called so").answers(404);
    if (!wish.name) {
      would.says("no file is called so: `fallback` or `not_found`");
      return;
    }
    would.says("the file " + (wish.name->empty() ? "of the folder itself" : *wish.name) + " of " +
               config.root.value + ", or 404");
  }
  struct Shared {
    explicit Shared(const Config&) {}
    Helpers helpers{2, 256};
  };
  // What a worker reads by itself; longer files are the gateway's to send.
  static constexpr std::uint64_t kSmall = 32768;

  const Config& config;
  Shared& shared;
  Counter files{}, not_modified{}, missing{}, waited{};
  static constexpr auto metrics = gatehouse::metrics(
      metric("files", &Static::files, "answers with a file or a part of one"),
      metric("not_modified", &Static::not_modified, "answers that the client has the file"),
      metric("missing", &Static::missing, "requests for what is not there"),
      metric("waited", &Static::waited, "look-ups for which a helper thread asked the disk"));

  Task<Verdict> serve(Exchange& x) {
    const Request request = x.request();
    if (request.method() != "GET" && request.method() != "HEAD")
      co_return deny(405, "method_not_allowed").header("Allow", "GET, HEAD");
    Wish wish;
    if (!read(config, request, x.upstream().path(), wish)) co_return nothing();
    Found found = find(config, wish, false);
    if (found.what == Found::What::would_wait) {
      ++waited;
      const auto look = std::make_shared<Look>(config, wish);
      if (!co_await shared.helpers.run(x, look)) co_return deny(503, "gateway_full");
      found = std::move(look->found);
    }
    co_return answer(request, found);
  }

 private:
  Verdict nothing() {
    ++missing;
    return pass();
  }

  // `path` after a rewrite.  False: no file is called so.
  [[nodiscard]] static bool read(const Config& config, const Request& request,
                                 std::string_view path, Wish& wish) {
    if (!path.starts_with(config.prefix)) return false;
    path.remove_prefix(config.prefix.size());
    if (!path.empty() && path.front() != '/') return false;
    wish.name = file_name(path, config.hidden);
    if (!wish.name && config.fallback.empty() && config.not_found.empty()) return false;
    std::string several;
    const std::string_view accepted = request.headers().joined("Accept-Encoding", several);
    const auto wanted = [&](Coding coding) {
      return wants_coding(accepted, coding == Coding::br ? "br" : "gzip");
    };
    for (const Coding coding : config.precompressed) {
      if (wanted(coding) != 0) wish.codings.push_back(coding);
    }
    std::stable_sort(wish.codings.begin(), wish.codings.end(),
                     [&](Coding a, Coding b) { return wanted(a) > wanted(b); });
    return true;
  }

  Verdict answer(const Request& request, Found& found) {
    switch (found.what) {
      case Found::What::file:
        return file(request, found);
      case Found::What::folder:
        return to_folder(request);
      case Found::What::forbidden:
        return deny(403);
      case Found::What::failed:
      case Found::What::would_wait:
        return deny(503, "gateway_full");
      case Found::What::nothing:
        break;
    }
    return nothing();
  }

  // Relative names in a page mean what lies beside it only below the slash.
  static Verdict to_folder(const Request& request) {
    // Two slashes at its beginning would be another host.
    std::string url(request.path().substr(
        std::min(request.path().find_first_not_of('/'), request.path().size())));
    url = '/' + url + '/';
    if (!request.query().empty()) url += '?' + std::string(request.query());
    return respond(301).header("Location", url);
  }

  Verdict file(const Request& request, Found& found) {
    const std::string etag = etag_of(found);
    const Version version{etag, found.status.st_mtim.tv_sec,
                          static_cast<std::uint64_t>(found.status.st_size)};
    const Headers fields = request.headers();
    std::string several[2];
    const auto list = [&](std::string_view name, std::string& room) {
      return fields.has(name) ? std::optional(fields.joined(name, room)) : std::nullopt;
    };
    Conditions conditions{list("If-Match", several[0]),     list("If-None-Match", several[1]),
                          fields.find("If-Modified-Since"), fields.find("If-Unmodified-Since"),
                          fields.find("If-Range"),          fields.find("Range")};
    if (request.method() == "HEAD") conditions.range.reset();
    // The page of a path that is not there has no versions.
    if (found.is_not_found) conditions = {};
    const Outcome outcome = evaluate(conditions, version);
    const std::string size = std::to_string(version.size);
    switch (outcome.kind) {
      case Kind::not_modified:
        ++not_modified;
        return with_fields(with_vary(Verdict(304, "served")), version, found);
      case Kind::precondition_failed:
        return deny(412);
      case Kind::not_satisfiable:
        return deny(416).header("Content-Range", "bytes */" + size);
      case Kind::part: {
        const auto [offset, count] = outcome.range;
        Verdict part = with_bytes(Verdict(206, "served"), found, offset, count);
        return with_fields(std::move(part), version, found)
            .header("Content-Range", "bytes " + std::to_string(offset) + '-' +
                                         std::to_string(offset + count - 1) + '/' + size);
      }
      case Kind::whole:
        break;
    }
    Verdict whole = found.is_not_found ? Verdict(404, "not_served") : Verdict(200, "served");
    whole = with_bytes(std::move(whole), found, 0, version.size);
    if (found.is_not_found) return whole;
    return with_fields(std::move(whole), version, found);
  }

  Verdict with_fields(Verdict verdict, const Version& version, const Found& found) const {
    verdict = std::move(verdict)
                  .header("ETag", version.etag)
                  .header("Last-Modified", format_date(version.modified))
                  .header("Accept-Ranges", "bytes");
    if (!config.cache_control.empty() && !found.is_fallback)
      verdict = std::move(verdict).header("Cache-Control", config.cache_control);
    if (found.is_fallback) verdict = std::move(verdict).header("Cache-Control", "no-cache");
    return verdict;
  }

  Verdict with_bytes(Verdict verdict, Found& found, std::uint64_t offset, std::uint64_t count) {
    if (found.is_not_found) {
      ++missing;
    } else {
      ++files;
    }
    if (found.coding) {
      verdict = std::move(verdict).header("Content-Encoding",
                                          *found.coding == Coding::br ? "br" : "gzip");
    }
    verdict = with_vary(std::move(verdict));
    const std::string_view type = type_of_file(found.name);
    // An empty script or style sheet is one too; without its type browsers refuse it.
    if (count == 0) return std::move(verdict).header("Content-Type", type);
    if (std::string bytes;
        count <= kSmall && read_now(found.file.descriptor(), offset, count, bytes))
      return std::move(verdict).body(bytes, type);
    return std::move(verdict).file(std::move(found.file), offset, count, type);
  }

  // Whoever keeps answers for others is told what they depend on.
  [[nodiscard]] Verdict with_vary(Verdict verdict) const {
    if (config.precompressed.empty()) return verdict;
    return std::move(verdict).header("Vary", "Accept-Encoding");
  }

  [[nodiscard]] std::string_view type_of_file(std::string_view name) const {
    const auto known = config.types.find(std::string(ending_of(name)));
    return known != config.types.end() && !known->second.empty() ? known->second.front()
                                                                 : type_of(name);
  }

  // False: not all of it is in memory.
  static bool read_now(int file, std::uint64_t offset, std::uint64_t count, std::string& bytes) {
    bytes.resize(count);
    const iovec to{bytes.data(), bytes.size()};
    const ssize_t n = ::preadv2(file, &to, 1, static_cast<off_t>(offset), RWF_NOWAIT);
    return n >= 0 && static_cast<std::uint64_t>(n) == count;
  }
};

}  // namespace static_files

GATEHOUSE_PLUGIN(static_files::Static, "static", "1.0.0", "answers with the files of a folder")

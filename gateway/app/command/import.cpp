#include <cstdio>

#include "app/command.h"
#include "app/import/alb.h"
#include "app/read_config.h"

namespace gatehouse::app {
namespace {

int wrong_usage(const char* message) {
  std::fprintf(stderr, "gatehouse: %s\ntry `gatehouse import --help`\n", message);
  return kUsage;
}

// Adds FILE, or GROUP=FILE.
Status add(AlbExport& to, const std::string& word) {
  const auto equals = word.find('=');
  const std::string group = equals == std::string::npos ? "" : word.substr(0, equals);
  const auto documents =
      read_documents(equals == std::string::npos ? word : word.substr(equals + 1));
  if (!documents) return tl::make_unexpected(documents.error());
  for (const auto& document : *documents) {
    if (auto added = add_document(to, document, group); !added) return added;
  }
  return {};
}

}  // namespace

int run_import(const Arguments& arguments) {
  if (arguments.rest.empty() || arguments.rest[0] != "alb")
    return wrong_usage("import what? `gatehouse import alb FILE…`");
  if (arguments.rest.size() < 2) return wrong_usage("import from which files? `-` reads a pipe");
  AlbExport from;
  for (std::size_t i = 1; i < arguments.rest.size(); ++i) {
    if (const auto added = add(from, arguments.rest[i]); !added) {
      complain(added.error());
      return kFailed;
    }
  }
  const auto made = translate(from);
  if (!made) {
    complain(made.error());
    return kFailed;
  }
  std::fputs(made->file.c_str(), stdout);
  if (made->findings.empty()) return kFine;
  std::fprintf(stderr, "gatehouse: %zu to look at; each stands at its place as a comment\n",
               made->findings.size());
  for (const auto& finding : made->findings)
    std::fprintf(stderr, "  %s: %s\n", finding.where.c_str(), finding.what.c_str());
  return arguments.option("--strict") ? kFailed : kFine;
}

}  // namespace gatehouse::app

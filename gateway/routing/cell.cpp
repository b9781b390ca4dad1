#include "routing/cell.h"

#include <algorithm>

#include "routing/cidr_index.h"
#include "routing/glob.h"
#include "routing/glob_relation.h"

namespace gatehouse::routing {
namespace {

constexpr std::size_t kMany = SIZE_MAX / 2;

// Calls `visit(size, choose)` for each condition that offers several values, in a fixed order;
// `choose(cell, i)` puts the value `i` into a cell.
template <typename Visit>
void each_choice(const Conditions& rule, Visit visit) {
  const auto pattern = [&](const std::vector<Pattern>& values, const Pattern* Cell::*member) {
    if (!values.empty())
      visit(values.size(), [&](Cell& cell, std::size_t i) { cell.*member = &values[i]; });
  };
  pattern(rule.host.values, &Cell::host);
  pattern(rule.path.values, &Cell::path);
  struct Each {
    Visit& visit;
    void operator()(const MethodCondition& c) const {
      visit(c.values.size(), [&](Cell& cell, std::size_t i) { cell.method = &c.values[i]; });
    }
    void operator()(const HeaderCondition& c) const {
      visit(c.values.size(),
            [&](Cell& cell, std::size_t i) { cell.headers.push_back(&c.values[i]); });
    }
    void operator()(const QueryCondition& c) const {
      visit(c.values.size(),
            [&](Cell& cell, std::size_t i) { cell.query.push_back(&c.values[i]); });
    }
    void operator()(const SourceIpCondition& c) const {
      visit(c.values.size(), [&](Cell& cell, std::size_t i) { cell.source = &c.values[i]; });
    }
    void operator()(const ClientIpCondition& c) const {
      visit(c.values.size(), [&](Cell& cell, std::size_t i) { cell.client = &c.values[i]; });
    }
  };
  for (const auto& condition : rule.residual) std::visit(Each{visit}, condition);
}

// A pattern that matches nothing but what `narrow` matches, and perhaps less.
const std::string& narrower_text(const Pattern* narrow) {
  static const std::string kEverything(1, kAny);
  return narrow == nullptr ? kEverything : narrow->text();
}

using Covers = bool (*)(std::string_view wide, std::string_view narrow);

bool covers_with(Covers covers, const Pattern& wide, const Pattern* narrow) {
  const auto glob = wide.exact_glob();
  if (narrow != nullptr && narrow->is_regex()) {
    if (wide.is_regex() && wide.text() == narrow->text()) return true;
    return glob && covers(*glob, narrow->wider_glob());
  }
  if (glob) return covers(*glob, narrower_text(narrow));
  // Of a regular expression only what it says about one text is known.
  const std::string& text = narrower_text(narrow);
  return text.find_first_of({kAny, kOne}) == std::string::npos && wide.matches(text);
}

struct CoversResidual {
  const Cell& cell;
  bool operator()(const MethodCondition& c) const {
    return cell.method != nullptr &&
           std::find(c.values.begin(), c.values.end(), *cell.method) != c.values.end();
  }
  bool operator()(const HeaderCondition& c) const {
    return std::any_of(cell.headers.begin(), cell.headers.end(), [&](const auto* asked) {
      return std::any_of(c.values.begin(), c.values.end(), [&](const auto& value) {
        return value.name == asked->name && covers_text(value.pattern, &asked->pattern);
      });
    });
  }
  bool operator()(const QueryCondition& c) const {
    return std::any_of(cell.query.begin(), cell.query.end(), [&](const auto* asked) {
      return std::any_of(c.values.begin(), c.values.end(), [&](const auto& value) {
        return glob_covers(value.key, asked->key) && glob_covers(value.value, asked->value);
      });
    });
  }
  bool operator()(const SourceIpCondition& c) const { return blocks(c.values, cell.source); }
  bool operator()(const ClientIpCondition& c) const { return blocks(c.values, cell.client); }

  static bool blocks(const std::vector<config::AddressBlock>& wide,
                     const config::AddressBlock* narrow) {
    return narrow != nullptr && std::any_of(wide.begin(), wide.end(), [&](const auto& block) {
             return covers_block(block, *narrow);
           });
  }
};

}  // namespace

Cells::Cells(const Conditions& rule) : rule_(rule) {
  each_choice(rule_, [&](std::size_t size, auto) {
    count_ = size == 0 ? 0 : count_ > kMany / size ? kMany : count_ * size;
  });
}

Cell Cells::at(std::size_t index) const {
  Cell cell;
  each_choice(rule_, [&](std::size_t size, auto choose) {
    choose(cell, index % size);
    index /= size;
  });
  return cell;
}

bool covers_path(const Pattern& wide, const Pattern* narrow) {
  return covers_with(path_glob_covers, wide, narrow);
}

bool covers_text(const Pattern& wide, const Pattern* narrow) {
  return covers_with(glob_covers, wide, narrow);
}

bool covers_block(const config::AddressBlock& wide, const config::AddressBlock& narrow) {
  return wide.v6 == narrow.v6 && wide.bits <= narrow.bits &&
         contains(wide, {narrow.first.data(), narrow.v6 ? std::size_t{16} : std::size_t{4}});
}

bool covers(const Conditions& rule, const Cell& cell) {
  const auto any = [](const std::vector<Pattern>& values, auto covers) {
    return values.empty() || std::any_of(values.begin(), values.end(), covers);
  };
  return any(rule.host.values, [&](const Pattern& p) { return covers_text(p, cell.host); }) &&
         any(rule.path.values, [&](const Pattern& p) { return covers_path(p, cell.path); }) &&
         std::all_of(rule.residual.begin(), rule.residual.end(), [&](const Residual& condition) {
           return std::visit(CoversResidual{cell}, condition);
         });
}

bool covers(const Conditions& rule, const Conditions& narrow, std::size_t most_cells) {
  const Cells cells(narrow);
  if (cells.count() > most_cells) return false;
  for (std::size_t i = 0; i < cells.count(); ++i) {
    if (!covers(rule, cells.at(i))) return false;
  }
  return true;
}

}  // namespace gatehouse::routing

#include "app/import/outline.h"

#include "config/load.h"
#include "plugin/catalog.h"

namespace gatehouse::app {
namespace {

// The file is looked at without an environment and without other files.
class NoSource final : public config::Source {
 public:
  [[nodiscard]] std::optional<std::string> environment(const std::string&) const override {
    return std::nullopt;
  }
  [[nodiscard]] Result<std::string> read_file(const std::string& path) const override {
    return fail("read " + path);
  }
};

std::size_t indentation(std::string_view line) {
  const auto at = line.find_first_not_of(' ');
  return at == std::string_view::npos ? 0 : at;
}

// A comment ends where its line ends, whatever a name in it holds.
std::string one_line(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  }
  return out;
}

}  // namespace

void Outline::open(std::string where, std::vector<std::string> instead) {
  parts_.push_back({open_, std::move(where), std::move(instead), {}});
  open_ = parts_.size() - 1;
}

void Outline::close() { open_ = parts_[open_].parent; }

void Outline::drop(std::string why) { parts_[open_].dropped = std::move(why); }

void Outline::line(std::string_view text) { lines_.push_back({open_, one_line(text), {}, {}}); }

void Outline::section(std::string_view text, std::string empty) {
  line(text);
  lines_.back().empty = std::move(empty);
}

bool Outline::is_empty(std::size_t section) const {
  for (std::size_t i = section + 1; i < lines_.size(); ++i) {
    const std::string_view text = lines_[i].text;
    const std::size_t margin = indentation(text);
    if (margin == 0) break;
    if (text[margin] != '#' && outermost_dropped(lines_[i].part) == kNone) return false;
  }
  return true;
}

void Outline::comment(std::size_t indent, std::string_view text) {
  line(std::string(indent, ' ') + "# " + one_line(text));
}

void Outline::note(std::size_t indent, std::string_view where, std::string_view what) {
  comment(indent, what);
  lines_.back().finding = {one_line(where), one_line(what)};
}

std::size_t Outline::outermost_dropped(std::size_t part) const {
  std::size_t found = kNone;
  for (; part != kNone; part = parts_[part].parent) {
    if (!parts_[part].dropped.empty()) found = part;
  }
  return found;
}

Outline::Rendered Outline::render() const {
  Rendered out;
  const auto add = [&](std::string_view text, std::size_t part, std::size_t source) {
    out.text += text;
    out.text += '\n';
    out.parts.push_back(part);
    out.sources.push_back(source);
  };
  for (std::size_t i = 0; i < lines_.size();) {
    const std::size_t dropped = outermost_dropped(lines_[i].part);
    if (dropped == kNone) {
      const bool empty = !lines_[i].empty.empty() && is_empty(i);
      add(empty ? lines_[i].empty : lines_[i].text, lines_[i].part, i);
      ++i;
      continue;
    }
    const std::string margin(indentation(lines_[i].text), ' ');
    const std::size_t parent = parts_[dropped].parent;
    add(margin + "# not translated: " + one_line(parts_[dropped].dropped), parent, kNone);
    for (; i < lines_.size() && outermost_dropped(lines_[i].part) == dropped; ++i)
      add(margin + "# " + lines_[i].text.substr(margin.size()), parent, kNone);
    for (const auto& line : parts_[dropped].instead) add(line, parent, kNone);
  }
  return out;
}

Status Outline::settle() {
  const NoSource source;
  plugin::Catalog plugins;
  for (;;) {
    const Rendered rendered = render();
    const auto loaded = config::load(rendered.text, source, &plugins);
    if (loaded.good()) break;
    bool changed = false;
    for (const auto& wrong : loaded.diagnostics) {
      if (wrong.severity != config::Severity::error) continue;
      const std::size_t at = wrong.span.line - 1;
      const std::size_t part = at < rendered.parts.size() ? rendered.parts[at] : kNone;
      if (part == kNone || outermost_dropped(part) != kNone) continue;
      parts_[part].dropped = wrong.message;
      changed = true;
    }
    if (!changed)
      return fail("write a file that the gateway takes:\n" +
                  config::render(loaded.diagnostics, "routes.yaml", rendered.text));
  }
  explain_warnings();
  return {};
}

// A pattern that no canonical path can match is one that an ALB would have matched.
void Outline::explain_warnings() {
  const Rendered rendered = render();
  plugin::Catalog plugins;
  const auto loaded = config::load(rendered.text, NoSource(), &plugins);
  for (auto at = loaded.diagnostics.rbegin(); at != loaded.diagnostics.rend(); ++at) {
    if (at->code != "never-matches" || at->span.line > rendered.sources.size()) continue;
    const std::size_t source = rendered.sources[at->span.line - 1];
    if (source == kNone) continue;
    const std::string what = at->message + (at->hint.empty() ? "" : ": " + at->hint);
    const std::size_t part = lines_[source].part;
    const std::string margin(indentation(lines_[source].text), ' ');
    const std::string where = part == kNone ? "the file" : one_line(parts_[part].where);
    lines_.insert(lines_.begin() + static_cast<std::ptrdiff_t>(source),
                  {part, margin + "# " + one_line(what), {where, one_line(what)}, {}});
  }
}

std::vector<Finding> Outline::findings() const {
  std::vector<Finding> out;
  std::size_t last = kNone;
  for (const auto& line : lines_) {
    const std::size_t dropped = outermost_dropped(line.part);
    if (dropped != kNone && dropped != last)
      out.push_back({one_line(parts_[dropped].where), one_line(parts_[dropped].dropped)});
    last = dropped;
    if (dropped == kNone && !line.finding.what.empty()) out.push_back(line.finding);
  }
  return out;
}

std::string Outline::text() const { return render().text; }

}  // namespace gatehouse::app

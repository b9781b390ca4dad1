// Policies on routes: a file under policies/, its parameters and what a run of it may use.
#include "config/plugins.h"
#include "config/section/section.h"

namespace gatehouse::config {
namespace {

constexpr std::string_view kOnError[] = {"deny", "allow", "shadow"};
constexpr std::string_view kMode[] = {"enforce", "shadow"};

constexpr Row kBudget[] = {
    field<&PolicyBudget::cpu>("cpu", "processor time for each run", {.min = 1, .max = 10'000}),
    field<&PolicyBudget::memory>("memory", "what a run may allocate",
                                 {.min = 64ULL << 10, .max = 256ULL << 20}),
    field<&PolicyBudget::wall>("wall", "time for each run, waits included",
                               {.min = 1, .max = 600'000}),
    field<&PolicyBudget::calls>("calls", "outbound calls of a run", {.max = 10'000}),
};

constexpr Row kBreaker[] = {
    field<&PolicyBreaker::failures>("failures", "how many open it",
                                    {.required = true, .min = 1, .max = 1'000'000}),
    field<&PolicyBreaker::per>("per", "in which time, and for how long it stays open then",
                               {.min = 100, .max = 3'600'000}),
};

constexpr Row keyed(std::string_view name) {
  return field<&PluginUse::plugin>(name, "a file under policies/",
                                   {.required = true, .format = &kScript});
}
constexpr Row kWith = checked<AnyMap>("with", "its parameters", {.example = "{}"});
constexpr Row kBudgetRow = field<&PluginUse::budget>(
    "budget", "what a run may use", {.example = "{cpu: 2ms, memory: 4MiB, wall: 2s, calls: 8}"});
constexpr Row kErrorRow = field<&PluginUse::on_error>("on_error", "what a failing run means",
                                                      {.words = kOnError, .available = 2});
constexpr Row kModeRow =
    field<&PluginUse::mode>("mode", "shadow: recorded, not enforced", {.words = kMode});
constexpr Row kBreakerRow =
    field<&PluginUse::breaker>("breaker", "answers without running a policy that fails",
                               {.example = "{failures: 20, per: 10s}"});

constexpr Row kPolicy[] = {keyed("script"), kWith, kBudgetRow, kErrorRow, kModeRow, kBreakerRow};
constexpr Row kPolicyStep[] = {keyed("policy"), kWith,    kBudgetRow,
                               kErrorRow,       kModeRow, kBreakerRow};

void find_script(Reader& reader, PluginUse& use) {
  if (reader.policies() == nullptr) return;
  auto found = reader.policies()->find(use.plugin.value, reader.source());
  use.type = std::move(found.type);
  if (use.type != nullptr) return;
  reader.error(use.plugin.span, "bad-policy", std::move(found.why), std::move(found.hint));
}

// `map`: null: the short form.
void read_policy(Reader& reader, const Node& node, Table table, StepSpec& out) {
  out.is_policy = true;
  out.use = std::make_shared<PluginUse>();
  PluginUse& use = *out.use;
  const bool is_map = node.kind == Node::Kind::map;
  const std::size_t before = reader.error_count();
  if (is_map) {
    reader.read_map(node, table, &use, "a policy");
  } else {
    read_value(reader, node, table.front(), use.plugin);
  }
  use.deadline = use.budget.wall;
  out.name = use.plugin;
  if (use.plugin.value.empty() || reader.error_count() != before) return;
  find_script(reader, use);
  if (use.type == nullptr) return;
  const Node* with = is_map ? reader.find(node, "with") : nullptr;
  const bool none = with == nullptr || with->kind == Node::Kind::null;
  read_with(reader, none ? empty_map(use.plugin.span) : *with, use);
}

}  // namespace

void allow_environment(Reader& reader, const Node& file) {
  if (reader.policies() == nullptr) return;
  std::vector<std::pair<std::string, std::string>> environment;
  const auto add = [&](const Node& name) {
    if (const auto value = reader.source().environment(name.text))
      environment.emplace_back(name.text, *value);
  };
  if (const Node* names = reader.find(file, "policy_env")) {
    names->kind == Node::Kind::sequence ? reader.each_item(*names, add) : add(*names);
  }
  reader.policies()->allow(std::move(environment));
}

Table table_of(const PolicyBudget&) { return kBudget; }
Table table_of(const PolicyBreaker&) { return kBreaker; }

Shape shape_of_policy_step() { return section_shape("a policy", kPolicyStep); }

Shape shape_of(Of<PolicySpec>) {
  return shape_with(Shape::Kind::any_of, {Shape{}, section_shape("a policy", kPolicy)});
}

void read_policy_step(Reader& reader, const Node& node, StepSpec& out) {
  read_policy(reader, node, kPolicyStep, out);
}

void read_value(Reader& reader, const Node& node, const Row&, PolicySpec& out) {
  read_policy(reader, node, kPolicy, out.step);
}

}  // namespace gatehouse::config

#include "plugin/hosted_step.h"

#include <atomic>
#include <cstring>

#include "observe/log.h"
#include "plugin/host.h"

namespace gatehouse::exchange {

// What one step keeps in one exchange; the plugin's part lies behind it.
struct StepRecord {
  const gatehouse::plugin::HostedStep* step;
  void* memo;
  StepRecord* next;
};

}  // namespace gatehouse::exchange

namespace gatehouse::plugin {

using exchange::Exchange;
using exchange::StepRecord;
using exchange::Verdict;

namespace {

std::uint64_t next_serial() {
  static std::uint64_t last = 0;
  return ++last;
}

Explained& into(void* explained) { return *static_cast<Explained*>(explained); }

static_assert(static_cast<int>(Phase::serve) == GH_SERVE && static_cast<int>(Phase::log) == GH_LOG);

}  // namespace

HostedStep::HostedStep(const config::PluginUse& use, std::shared_ptr<const Module> module,
                       std::uint64_t content, std::shared_ptr<HostedStep> previous)
    : module_(std::move(module)),
      plugin_(module_->plugin()),
      values_(use.values),
      key_(use.key),
      content_(content),
      serial_(next_serial()),
      deadline_(use.deadline),
      on_error_(use.on_error),
      state_(state_of_step(use.key)),
      previous_(std::move(previous)) {}

HostedStep::~HostedStep() {
  keep_counts();
  for (void* object : objects_) {
    if (object != nullptr) plugin_.free(object);
  }
  if (shared_ != nullptr) plugin_.free_shared(shared_);
  values_.reset();
}

std::string HostedStep::metric_key(const gh_metric& metric) {
  return std::string(view(metric.name)) + ' ' + std::string(view(metric.label));
}

std::uint32_t HostedStep::phases() const { return plugin_.phases & ((1U << kPhaseCount) - 1); }

std::string HostedStep::prepare(unsigned workers) {
  const auto previous = std::exchange(previous_, nullptr);
  if (shared_ == nullptr && plugin_.make_shared != nullptr) {
    shared_ = plugin_.make_shared(values_->config.get());
    if (shared_ == nullptr) return "what its workers share could not be made";
    const bool same_code = previous != nullptr && previous->module_ == module_;
    if (same_code && previous->shared_ != nullptr && plugin_.hand_over != nullptr)
      plugin_.hand_over(shared_, previous->shared_);
  }
  for (unsigned i = 0; i < workers && i < kMostWorkers; ++i) {
    if (objects_[i] != nullptr) continue;
    objects_[i] = plugin_.make(values_->config.get(), shared_);
    if (objects_[i] == nullptr) return "its object for a worker could not be made";
  }
  return {};
}

void HostedStep::start(exchange::Services& services) {
  void* self = objects_[services.number];
  if (plugin_.start != nullptr && self != nullptr) plugin_.start(self, c_worker(services));
}

void HostedStep::stop(exchange::Services& services) {
  void* self = objects_[services.number];
  if (plugin_.stop != nullptr && self != nullptr) plugin_.stop(self);
}

void* HostedStep::memo(Exchange& x) {
  if (plugin_.memo_size == 0) return nullptr;
  for (StepRecord* record = x.space->records; record != nullptr; record = record->next) {
    if (record->step == this) return record->memo;
  }
  auto* record = x.arena.make<StepRecord>();
  record->step = this;
  record->memo = x.arena.allocate(plugin_.memo_size, plugin_.memo_alignment);
  plugin_.make_memo(record->memo);
  record->next = x.space->records;
  x.space->records = record;
  return record->memo;
}

void free_records(Exchange& x) {
  for (StepRecord* record = std::exchange(x.space->records, nullptr); record != nullptr;
       record = record->next) {
    record->step->module().plugin().free_memo(record->memo);
  }
}

Verdict HostedStep::call(gh_phase phase, Exchange& x, gh_body* body) {
  void* self = objects_[x.space->services->number];
  x.space->step = this;
  x.space->in_step = true;
  const std::uint32_t kind = plugin_.call[phase](self, c_exchange(x), memo(x), body);
  x.space->in_step = false;
  if (kind == GH_PASS && x.space->pending == nullptr) return Verdict::pass();
  return decided(kind, x);
}

Verdict HostedStep::decided(std::uint32_t kind, Exchange& x) {
  const Verdict* answer = std::exchange(x.space->pending, nullptr);
  if (kind == GH_PASS) return Verdict::pass();
  if (kind == GH_SUSPEND) return Verdict::suspend();
  if (kind == GH_ANSWER && answer != nullptr) return *answer;
  return failed(x);
}

Verdict HostedStep::failed(Exchange& x) {
  state_->failures.fetch_add(1, std::memory_order_relaxed);
  observe::log().write(observe::Event::step_failed, {{"step", key_}, {"rule", x.rule}});
  if (on_error_ == config::OnError::allow) return Verdict::pass();
  Verdict verdict = Verdict::answer(row(Reason::step_failed).status, Reason::step_failed);
  verdict.error_page = true;
  return verdict;
}

Verdict HostedStep::on_piece(Exchange& x, Phase phase, Piece& piece) {
  gh_body body{{piece.bytes.data(), piece.bytes.size()}, piece.is_last ? 1U : 0U, 0, {}};
  const Verdict verdict = call(static_cast<gh_phase>(phase), x, &body);
  if (body.replaced == 0) return verdict;
  const bool allowed =
      phase == Phase::request_body ? x.space->rewrites_request : x.space->rewrites_response;
  if (!allowed) return failed(x);  // the head may have said how long the body is
  piece.bytes = {body.out.data, body.out.size};
  return verdict;
}

bool HostedStep::explain(Phase phase, Exchange& x, Explained& out) const {
  if (plugin_.explain == nullptr) return false;
  const gh_explained said{
      &out, [](void* data, gh_text words) { into(data).says.emplace_back(view(words)); },
      [](void* data, std::uint32_t status) {
        into(data).answers = static_cast<std::uint16_t>(status);
      },
      [](void* data, gh_text name, gh_text value) {
        into(data).fields.emplace_back(view(name), std::string(view(value)));
      },
      [](void* data, gh_text name) { into(data).fields.emplace_back(view(name), std::nullopt); }};
  plugin_.explain(values_->config.get(), static_cast<std::uint32_t>(phase), c_exchange(x), &said);
  return true;
}

void HostedStep::expect(Exchange& x) {
  plugin_.expect(objects_[x.space->services->number], c_exchange(x), memo(x));
}

void HostedStep::on_cancel(Exchange& x) {
  if (plugin_.cancel != nullptr && plugin_.memo_size != 0)
    plugin_.cancel(objects_[x.space->services->number], memo(x));
}

bool HostedStep::on_deadline(Exchange& x) {
  state_->deadlines.fetch_add(1, std::memory_order_relaxed);
  observe::log().write(observe::Event::step_late,
                       {{"step", key_}, {"rule", x.rule}, {"milliseconds", deadline_.count()}});
  return on_error_ == config::OnError::allow;
}

std::string HostedStep::lacks() const {
  std::string out;
  if (plugin_.lacks == nullptr || shared_ == nullptr) return out;
  const auto say = [](void* user, gh_text what) {
    auto& text = *static_cast<std::string*>(user);
    text.append(text.empty() ? "" : "; ").append(view(what));
  };
  plugin_.lacks(shared_, say, &out);
  return out;
}

void HostedStep::read_metric(std::size_t index, StepState::Counts& out) const {
  for (const void* object : objects_) {
    if (object == nullptr) continue;
    StepState::Counts one{};
    plugin_.read_metric(object, index, one.data());
    for (std::size_t i = 0; i < out.size(); ++i) out[i] += one[i];
  }
}

void HostedStep::keep_counts() {
  for (std::size_t i = 0; i < plugin_.metric_count; ++i) {
    const gh_metric& metric = plugin_.metrics[i];
    if (metric.kind != GH_GAUGE) read_metric(i, state_->counted[metric_key(metric)]);
  }
}

}  // namespace gatehouse::plugin
